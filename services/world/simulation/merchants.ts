import { CHANNELS, type Channel } from '../../../lib/contract/transaction.ts';
import type { Random } from '../../../lib/kit/random.ts';
import { CATEGORIES, type Category } from './categories.ts';
import { COUNTRIES, COUNTRY_CODES, type CountryCode } from './countries.ts';
import { cumulative } from './weights.ts';

export interface Merchant {
  id: string;
  category: Category;
  country: CountryCode;
  channels: readonly Channel[];
  /** Card terminals in the shop. */
  terminals: readonly string[];
  popularity: number;
  /** Its prices against its category's. */
  price: number;
  attraction: number;
}

/** Merchants to draw from, customers by popularity, thieves by attraction. */
export interface Market {
  readonly merchants: readonly Merchant[];
  popular(random: Random): Merchant;
  attractive(random: Random): Merchant;
}

export interface Merchants {
  all: readonly Merchant[];
  /** Who sells through a channel, in one country or anywhere. */
  market(channel: Channel, country?: CountryCode): Market;
}

const MERCHANTS = 500;
const SMALLEST_COUNTRY = 8;

export function createMerchants(random: Random): Merchants {
  const categories = cumulative(CATEGORIES, ({ share }) => share);
  const homes = cumulative(COUNTRY_CODES, (code) => COUNTRIES[code].home);
  const all = Array.from({ length: MERCHANTS }, (_, i): Merchant => {
    // The first ones give every country a high street; the rest settle where customers live.
    const guaranteed = COUNTRY_CODES[Math.floor(i / SMALLEST_COUNTRY)];
    const category = CATEGORIES[random.weighted(categories)]!;
    const sells = CHANNELS.filter((channel) => random.next() < category.channels[channel]);
    const name = String(i).padStart(4, '0');
    return {
      id: `m-${name}`,
      category,
      country: guaranteed ?? COUNTRY_CODES[random.weighted(homes)]!,
      channels: sells.length > 0 ? sells : [category.channels.terminal > 0 ? 'terminal' : 'webshop'],
      terminals: Array.from({ length: 1 + random.integer(3) }, (_, lane) => `T${name}L0${lane + 1}`),
      popularity: Math.exp(random.normal(0, 0.9)),
      price: Math.exp(random.normal(0, 0.25)),
      attraction: category.attraction * Math.exp(random.normal(0, 0.6)),
    };
  });

  const markets = new Map<string, Market>();
  for (const channel of CHANNELS) {
    const sellers = all.filter(({ channels }) => channels.includes(channel));
    markets.set(channel, createMarket(sellers));
    for (const country of COUNTRY_CODES) {
      const local = sellers.filter((merchant) => merchant.country === country);
      if (local.length > 0) markets.set(`${channel}/${country}`, createMarket(local));
    }
  }
  return {
    all,
    // Where nobody sells through a channel, people buy abroad.
    market: (channel, country) => markets.get(`${channel}/${country}`) ?? markets.get(channel)!,
  };
}

export function createMarket(merchants: readonly Merchant[]): Market {
  const popularity = cumulative(merchants, (merchant) => merchant.popularity);
  const attraction = cumulative(merchants, (merchant) => merchant.attraction * merchant.popularity);
  return {
    merchants,
    popular: (random) => merchants[random.weighted(popularity)]!,
    attractive: (random) => merchants[random.weighted(attraction)]!,
  };
}

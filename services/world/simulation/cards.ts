import { CHANNELS, type Channel } from '../../../lib/contract/transaction.ts';
import { DAY_MS } from '../../../lib/kit/clock.ts';
import { hash32, type Random } from '../../../lib/kit/random.ts';
import { COUNTRIES, COUNTRY_CODES, type CountryCode } from './countries.ts';
import type { Market, Merchants } from './merchants.ts';
import { createMarket } from './merchants.ts';
import { token } from './tokens.ts';
import { cumulative } from './weights.ts';

/**
 * A customer's card and habits. What changes with time (devices bought, trips made) is a function of time, not
 * state: a world that starts again knows where everybody is without having written it down.
 */
export interface Card {
  id: string;
  home: CountryCode;
  /** How often it pays, against the others. */
  activity: number;
  /** How often it pays at night, against the others. */
  nightly: number;
  /** What it spends, against others in the same shop. */
  level: number;
  favourites: Record<Channel, Market>;
  devices: readonly Renewal[];
  /** Trips abroad; undefined for those who stay at home. */
  trips: (Renewal & { lengthMs: number }) | undefined;
}

/** Something that begins anew every `periodMs`, first at `phaseMs`. */
interface Renewal {
  periodMs: number;
  phaseMs: number;
}

const FAVOURITES: Record<Channel, number> = { terminal: 9, webshop: 6, partner: 4 };
const HOMES = cumulative(COUNTRY_CODES, (code) => COUNTRIES[code].home);

/**
 * @param prefix of the card ids
 * @param home of all of them; without it they live where the bank's customers do
 * @param adjust last word on a card's habits, for groups of customers unlike the rest
 */
export function createCards(
  random: Random,
  merchants: Merchants,
  {
    count,
    prefix,
    home: everybody,
    adjust = (card) => card,
  }: { count: number; prefix: string; home?: CountryCode; adjust?: (card: Card) => Card },
): Card[] {
  return Array.from({ length: count }, (_, i) => {
    const home = everybody ?? COUNTRY_CODES[random.weighted(HOMES)]!;
    const favourites = Object.fromEntries(
      CHANNELS.map((channel) => [channel, favouritesOf(random, merchants, channel, home)]),
    ) as Card['favourites'];
    return adjust({
      id: `${prefix}${String(i).padStart(5, '0')}`,
      home,
      activity: Math.exp(random.normal(0, 0.6)),
      nightly: Math.exp(random.normal(0, 1)),
      level: Math.exp(random.normal(0, 0.5)),
      favourites,
      devices: Array.from({ length: 1 + random.integer(2) }, () => renewal(random, 150, 400)),
      trips:
        random.next() < 0.6
          ? { ...renewal(random, 50, 200), lengthMs: random.uniform(2, 9) * DAY_MS }
          : undefined,
    });
  });
}

const renewal = (random: Random, fromDays: number, toDays: number): Renewal => {
  const periodMs = random.uniform(fromDays, toDays) * DAY_MS;
  return { periodMs, phaseMs: random.uniform(0, periodMs) };
};

function favouritesOf(random: Random, merchants: Merchants, channel: Channel, home: CountryCode): Market {
  const chosen = Array.from({ length: FAVOURITES[channel] }, () => {
    const abroad = channel !== 'terminal' && random.next() < 0.25;
    return merchants.market(channel, abroad ? undefined : home).popular(random);
  });
  return createMarket([...new Set(chosen)]);
}

const cycle = ({ periodMs, phaseMs }: Renewal, timeMs: number) => Math.floor((timeMs + phaseMs) / periodMs);

/** The phone or computer the customer uses at `timeMs`; people replace theirs now and then. */
export function ownDevice(card: Card, slot: number, timeMs: number): string {
  const index = slot % card.devices.length;
  return `d-${token(`${card.id}/${index}/${cycle(card.devices[index]!, timeMs)}`)}`;
}

/** Where the customer is at `timeMs`. */
export function whereabouts(card: Card, timeMs: number): CountryCode {
  const { trips } = card;
  if (!trips) return card.home;
  const trip = cycle(trips, timeMs);
  const since = timeMs + trips.phaseMs - trip * trips.periodMs;
  if (since > trips.lengthMs) return card.home;
  return COUNTRY_CODES[hash32(`${card.id}/trip/${trip}`) % COUNTRY_CODES.length]!;
}

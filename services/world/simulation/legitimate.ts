import type { Channel } from '../../../lib/contract/transaction.ts';
import type { Random } from '../../../lib/kit/random.ts';
import { type Card, ownDevice, whereabouts } from './cards.ts';
import type { Merchant } from './merchants.ts';
import type { Population } from './population.ts';
import type { Purchase } from './purchase.ts';
import { token } from './tokens.ts';

const MINUTE_MS = 60_000;
/** Probability that a purchase opens an afternoon of shopping, and how many more follow on average. */
const SPREE = { probability: 0.05, mean: 3 };
/** Purchases per one drawn: the drawn one and what it brings along. */
export const PER_DRAW = 1 + SPREE.probability * SPREE.mean;

/** What one honest customer buys at `timeMs`, followed by whatever else the afternoon brings. */
export function legitimatePurchases(
  random: Random,
  population: Population,
  { card, channel, timeMs }: { card: Card; channel: Channel; timeMs: number },
): Purchase[] {
  const first = buy(random, population, card, channel, timeMs);
  if (random.next() >= SPREE.probability) return [first];
  const more = 1 + random.integer(2 * SPREE.mean - 1);
  let next = timeMs;
  return [
    first,
    ...Array.from({ length: more }, () => {
      next += MINUTE_MS * (2 + random.exponential(18));
      const another = buy(random, population, card, channel, next);
      // One sitting at one computer; but every shop has terminals of its own.
      return channel === 'terminal' ? another : { ...another, device: first.device };
    }),
  ];
}

function buy(random: Random, population: Population, card: Card, channel: Channel, timeMs: number): Purchase {
  const merchant = shopOf(random, population, card, channel, timeMs);
  return {
    timeMs: Math.floor(timeMs),
    card,
    merchant,
    channel,
    device: deviceOf(random, card, merchant, channel, timeMs),
    amountEur: usualAmount(random, card, merchant),
    isFraud: false,
  };
}

/** What `card` usually leaves at `merchant`, euros. */
export const usualAmount = (random: Random, card: Card, { category, price }: Merchant): number =>
  category.median * price * card.level * Math.exp(random.normal(0, category.spread));

function shopOf(
  random: Random,
  { merchants }: Population,
  card: Card,
  channel: Channel,
  timeMs: number,
): Merchant {
  const here = whereabouts(card, timeMs);
  if (channel === 'terminal') {
    const habit = here === card.home && random.next() < 0.78;
    return habit
      ? card.favourites.terminal.popular(random)
      : merchants.market('terminal', here).popular(random);
  }
  if (random.next() < 0.72) return card.favourites[channel].popular(random);
  return merchants.market(channel, random.next() < 0.6 ? card.home : undefined).popular(random);
}

function deviceOf(random: Random, card: Card, merchant: Merchant, channel: Channel, timeMs: number): string {
  if (channel === 'terminal') return random.pick(merchant.terminals);
  // A friend's computer, a private window, a browser that forgot: unknown devices are not all thieves.
  if (random.next() < 0.024) return `d-${token(`${card.id}/guest/${random.next()}`)}`;
  return ownDevice(card, random.next() < 0.8 ? 0 : 1, timeMs);
}

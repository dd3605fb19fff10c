import { createRandom, type Random } from '../../../lib/kit/random.ts';
import { type Card, createCards } from './cards.ts';
import { createMerchants, type Merchants } from './merchants.ts';
import { cumulative } from './weights.ts';

/** Everybody there is: the same for the same seed, in history and live. */
export interface Population {
  seed: string;
  merchants: Merchants;
  cards: readonly Card[];
  /** Whoever pays next, by day or by night. */
  payer(random: Random, night: boolean): Card;
}

export const CARDS = 4_000;

export function createPopulation(seed: string): Population {
  const random = createRandom(`${seed}/population`);
  const merchants = createMerchants(random.fork('merchants'));
  const cards = createCards(random.fork('cards'), merchants, { count: CARDS, prefix: 'card-' });
  const byDay = cumulative(cards, ({ activity }) => activity);
  const byNight = cumulative(cards, ({ activity, nightly }) => activity * nightly);
  return {
    seed,
    merchants,
    cards,
    payer: (random, night) => cards[random.weighted(night ? byNight : byDay)]!,
  };
}

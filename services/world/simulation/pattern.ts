import type { Channel } from '../../../lib/contract/transaction.ts';
import type { Random } from '../../../lib/kit/random.ts';
import type { Card } from './cards.ts';
import type { Population } from './population.ts';
import type { Purchase } from './purchase.ts';

/** What a thief knows when a card falls into their hands. */
export interface Scene {
  random: Random;
  population: Population;
  card: Card;
  channel: Channel;
  startMs: number;
  /** A device nobody has seen before. */
  newDevice(): string;
}

/** One way of stealing. A pattern is one file in `patterns/`; a shift of the world may bring others. */
export interface FraudPattern {
  name: string;
  /** Share of the cards that fall victim to it. */
  share: number;
  /** Where it happens: weights per channel. */
  channels: Record<Channel, number>;
  /** Whose cards are stolen; without it, anybody's. */
  victims?: readonly Card[];
  /** Purchases per card on average; keeps the share of fraud what it is set to. */
  meanPurchases: number;
  /** The purchases of one stolen card, in order. */
  plan(scene: Scene): Omit<Purchase, 'isFraud' | 'card'>[];
}

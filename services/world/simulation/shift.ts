import type { Currency, Transaction } from '../../../lib/contract/transaction.ts';
import type { Random } from '../../../lib/kit/random.ts';
import type { Card } from './cards.ts';
import type { CountryCode } from './countries.ts';
import type { FraudPattern } from './pattern.ts';
import type { Population } from './population.ts';
import type { Purchase, SimulatedTransaction } from './purchase.ts';

/** What a shift changes while it is on; every part is optional, and undefined leaves things as they are. */
export interface ShiftEffect {
  /** Factor on how much honest customers buy at `timeMs`. */
  volume?(timeMs: number): number;
  /** Another customer instead of the one who would have paid. */
  payer?(random: Random, night: boolean, timeMs: number): Card | undefined;
  /** Factor on how many cards are stolen at `timeMs`. */
  stolen?(timeMs: number): number;
  /** Another way of stealing, for a card stolen at `timeMs`. */
  pattern?(random: Random, timeMs: number): FraudPattern | undefined;
  /** Last word on a purchase. */
  purchase?(purchase: Purchase): Purchase;
  /** What shops of a country charge in. */
  currency?(country: CountryCode): Currency | undefined;
  /** What is written down about a purchase; what it was stays what it was. */
  record?(record: Recorded, purchase: Purchase): Recorded;
  /** The channel's native message, as its software words it. */
  message?(message: Record<string, unknown>, purchase: SimulatedTransaction): Record<string, unknown>;
}

export type Recorded = Omit<Transaction, 'timestamp'>;

export interface ShiftContext {
  population: Population;
  /** Business time it is switched on, epoch ms. */
  sinceMs: number;
}

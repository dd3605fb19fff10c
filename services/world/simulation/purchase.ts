import type { Channel, Transaction } from '../../../lib/contract/transaction.ts';
import type { Card } from './cards.ts';
import type { Merchant } from './merchants.ts';

/** Somebody pays: what the simulation moves around before it becomes a message. */
export interface Purchase {
  /** Business time, epoch ms. */
  timeMs: number;
  card: Card;
  merchant: Merchant;
  channel: Channel;
  device: string;
  amountEur: number;
  isFraud: boolean;
}

/** A purchase as the bank may see it, and beside it what the bank may not see. */
export interface SimulatedTransaction {
  /** Everything of the canonical transaction but its time as text: sixty days of history never need that. */
  transaction: Omit<Transaction, 'timestamp'>;
  /** Business time, epoch ms. */
  timeMs: number;
  /** ISO 18245, for channels that say it. */
  merchantCategory: string;
  amountEur: number;
  isFraud: boolean;
}

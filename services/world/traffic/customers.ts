import type { Channel } from '../../../lib/contract/transaction.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { PendingLabels } from '../labels/pending.ts';
import type { SimulatedTransaction } from '../simulation/purchase.ts';
import type { ShiftEffect } from '../simulation/shift.ts';
import type { Source } from '../sources/source.ts';
import type { Ledger } from '../truth/ledger.ts';
import type { Answer, Bank } from './bank.ts';

/** Customers who wait for the bank at the same time; whoever comes then leaves without paying. */
const WAITING_AT_MOST = 256;
const LEFT: Answer = {
  status: 0,
  code: 'left',
  decision: undefined,
  score: undefined,
  region: undefined,
  latencyMs: 0,
};

export interface CustomersOptions {
  bank: Bank;
  sources: ReadonlyMap<Channel, Source>;
  /** What has the last word on a message. */
  effects?: Iterable<Pick<ShiftEffect, 'message'>>;
  ledger: Ledger;
  pending: Pick<PendingLabels, 'hold' | 'release' | 'remove'>;
  /** Business ms until the bank learns what a transaction was. */
  labelDelay(): number;
  metrics: Metrics;
  /** Wall time, epoch ms. */
  wall?: () => number;
}

export interface Customers {
  /** Sends `purchase` to the bank on its channel; resolves when its customer knows, and never rejects. */
  pay(purchase: SimulatedTransaction): Promise<void>;
  readonly waiting: number;
  /** Resolves when nobody waits any more. */
  served(): Promise<void>;
}

export function createCustomers(options: CustomersOptions): Customers {
  const { bank, sources, effects = [], ledger, pending, metrics, wall = Date.now } = options;
  const requests = metrics.counter('firedrill_world_requests_total');
  const durations = metrics.histogram('firedrill_world_request_duration_seconds');
  const waiting = new Set<Promise<void>>();

  const ask = async (purchase: SimulatedTransaction): Promise<Answer> => {
    const source = sources.get(purchase.transaction.channel);
    if (!source || waiting.size >= WAITING_AT_MOST) return LEFT;
    let message = source.message(purchase);
    for (const { message: word } of effects) message = word?.(message, purchase) ?? message;
    return bank.score(source.channel, message);
  };

  const pay = async (purchase: SimulatedTransaction): Promise<void> => {
    const { transaction, timeMs, isFraud, amountEur } = purchase;
    const { id, card_id: cardId, channel, country } = transaction;
    // Kept before the bank hears of it: a world that dies in between must still tell the label one day.
    const maturesMs = timeMs + options.labelDelay();
    pending.hold({ transactionId: id, cardId, transactionMs: timeMs, isFraud, maturesMs });
    const { status, ...answer } = await ask(purchase);
    if (status === 200) pending.release(id);
    else pending.remove([id]);
    requests.inc({ channel, code: answer.code });
    if (answer.code !== LEFT.code) durations.observe({ channel }, answer.latencyMs / 1000);
    ledger.add({ id, timeMs, wallMs: wall(), cardId, channel, country, amountEur, isFraud, ...answer });
  };

  return {
    get waiting() {
      return waiting.size;
    },
    pay(purchase) {
      const paying = pay(purchase).finally(() => waiting.delete(paying));
      waiting.add(paying);
      return paying;
    },
    async served() {
      await Promise.all(waiting);
    },
  };
}

import type { LabelEvent } from '../../../lib/contract/events.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import type { EventLog } from '../../../lib/kit/eventlog/log.ts';
import type { PendingLabel, PendingLabels } from './pending.ts';

const BATCH = 256;

export interface Announcer {
  /**
   * Tells the bank every label that has matured; resolves with how many. A label is forgotten only once the log
   * has it: after a crash in between it is told again with the same event id, and consumers count it once.
   */
  announce(): Promise<number>;
}

export function createAnnouncer(
  pending: PendingLabels,
  log: Pick<EventLog, 'append'>,
  clock: Clock,
  source: string,
): Announcer {
  const eventOf = (label: PendingLabel): LabelEvent => ({
    id: `label:${label.transactionId}`,
    type: 'label.matured',
    version: 1,
    source,
    occurred_at: new Date(label.maturesMs).toISOString(),
    recorded_at: clock.iso(),
    payload: {
      transaction_id: label.transactionId,
      card_id: label.cardId,
      transaction_time: new Date(label.transactionMs).toISOString(),
      is_fraud: label.isFraud,
    },
  });

  return {
    async announce() {
      let told = 0;
      for (;;) {
        const due = pending.due(clock.now(), BATCH);
        await Promise.all(due.map((label) => log.append('labels', label.cardId, eventOf(label))));
        pending.remove(due.map(({ transactionId }) => transactionId));
        told += due.length;
        if (due.length < BATCH) return told;
      }
    },
  };
}

import type { EventsByTopic } from '../../../lib/contract/events.ts';
import { dayName } from '../../../lib/kit/clock.ts';
import type { Table } from './layout.ts';
import type { LakeRow } from './writer.ts';

/** An event as a row of the lake, and the business day whose folder it belongs to. */
export const TO_ROW: { [T in Table]: (event: EventsByTopic[T]) => { day: string; row: LakeRow } } = {
  transactions: ({ payload: { transaction } }) => {
    const { timestamp, ...columns } = transaction;
    const ts = Date.parse(timestamp);
    return { day: dayName(ts), row: { ...columns, ts } };
  },
  labels: ({ occurred_at, payload }) => {
    const matured = Date.parse(occurred_at);
    const { transaction_id, card_id, is_fraud } = payload;
    return {
      day: dayName(matured),
      row: {
        transaction_id,
        card_id,
        is_fraud,
        transaction_ts: Date.parse(payload.transaction_time),
        matured_ts: matured,
      },
    };
  },
  quarantine: ({ payload: { transaction, reason, received } }) => {
    const ts = Date.parse(transaction.timestamp);
    const { id, card_id, channel } = transaction;
    return {
      day: dayName(ts),
      row: { id, card_id, channel, reason, ts, received: JSON.stringify(received) },
    };
  },
};

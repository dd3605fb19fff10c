import type { Transaction } from '../lib/contract/transaction.ts';
import { column } from '../lib/features/columns.ts';
import { decodeStreamRow, type StreamRow } from '../lib/features/rows.ts';
import type { RowDefinition } from '../lib/features/view.ts';

/** Whether an online row holds a transaction as its definition says: time, values and types, and when it was first seen. */
export function rowHolds(definition: RowDefinition, text: string | null, transaction: Transaction): boolean {
  if (text === null) return false;
  const row = decodeStreamRow(text, definition.entity);
  const ts = Date.parse(transaction.timestamp);
  if (definition.firstSeen && !(row.first_seen !== undefined && row.first_seen <= ts)) return false;
  return definition.windowMs === 0 || holdsEvent(definition, row, transaction, ts);
}

function holdsEvent(
  { columns }: Pick<RowDefinition, 'columns'>,
  { events = [] }: StreamRow,
  transaction: Transaction,
  ts: number,
): boolean {
  const event = events.find(([, id]) => id === transaction.id);
  if (event === undefined) return false;
  const expected = [ts, transaction.id, ...columns.map((name) => column(name).read(transaction, ts))];
  return expected.every((value, i) => event[i] === value);
}

import type { TransactionEvent } from '../contract/events.ts';
import type { Transaction } from '../contract/transaction.ts';
import { HOUR_MS } from '../kit/clock.ts';
import { column } from './columns.ts';
import { decodeStreamRow, encodeRow, type StreamEvent, type StreamRow } from './rows.ts';
import type { FeatureView, RowDefinition } from './view.ts';

/** Requests are scored a little out of order: the oldest of them still finds its whole window. */
const SLACK_MS = 6 * HOUR_MS;

/** How far before its newest event a row still keeps events, ms. */
export const keptMs = (definition: RowDefinition): number => definition.windowMs + SLACK_MS;

/**
 * Adds a transaction to the row of one of its entities. A transaction counts once, however often it comes: its id is
 * looked for among the events kept, and what is older than they are is outside every window.
 * @param row the row so far, changed in place; undefined for an entity never seen
 * @returns the row, and whether the transaction was new to it
 */
export function applyTransaction(
  view: FeatureView,
  definition: RowDefinition,
  row: StreamRow | undefined,
  transaction: Transaction,
  ts = Date.parse(transaction.timestamp),
): { row: StreamRow; applied: boolean } {
  const next = row ?? { updated_at: ts };
  let applied = row === undefined;
  if (definition.firstSeen && ts < (next.first_seen ?? 0)) {
    next.first_seen = ts;
    applied = true;
  }
  if (ts > next.updated_at) {
    next.updated_at = ts;
    applied = true;
  }
  if (definition.windowMs > 0) applied = addEvent(view, definition, next, transaction, ts);
  return { row: next, applied };
}

/** The same for one event and the row as Redis keeps it. */
export function applyEvent(
  view: FeatureView,
  definition: RowDefinition,
  row: string | null,
  event: TransactionEvent,
): string {
  const before = row === null ? undefined : decodeStreamRow(row, definition.entity);
  return encodeRow(applyTransaction(view, definition, before, event.payload.transaction).row);
}

function addEvent(
  view: FeatureView,
  definition: RowDefinition,
  row: StreamRow,
  transaction: Transaction,
  ts: number,
): boolean {
  row.events ??= [];
  const { events } = row;
  if (events.some((event) => event[1] === transaction.id)) return false;
  let place = events.length;
  while (place > 0 && events[place - 1]![0] > ts) place--;
  // One type for every column of a row: what the catalogue describes is text.
  const values = definition.columns.map((name) => String(column(name).read(transaction, ts)));
  events.splice(place, 0, [ts, transaction.id, ...values] as StreamEvent);

  const oldest = row.updated_at - keptMs(definition);
  let drop = Math.max(0, events.length - view.maxEvents);
  while (events[drop]![0] < oldest) drop++;
  events.splice(0, drop);
  return place >= drop;
}

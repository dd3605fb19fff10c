import { errors } from './errors.ts';

/** `[ts, id, ...columns of the row definition]`; numbers are integers of 1/scale, as in columns.ts. */
export type StreamEvent = [ts: number, id: string, ...columns: (number | string)[]];

/** What the stream path keeps of one entity. Times are business time, epoch ms. */
export interface StreamRow {
  /** Time of the newest event. */
  updated_at: number;
  first_seen?: number;
  /** Oldest first. */
  events?: StreamEvent[];
}

export interface Snapshot {
  /** The business midnight it describes: everything before, nothing after. */
  as_of: number;
  values: Record<string, number | null>;
}

/** What the nightly path keeps of one entity: the newest snapshot last. */
export interface NightlyRow {
  snapshots: Snapshot[];
}

/** @throws AppError FEATURES_ROW_UNREADABLE */
export function decodeStreamRow(text: string, entity: string): StreamRow {
  const row = decode(text, entity, 'stream') as StreamRow;
  if (typeof row?.updated_at !== 'number') throw errors.ROW_UNREADABLE(entity, 'stream');
  return row;
}

/** @throws AppError FEATURES_ROW_UNREADABLE */
export function decodeNightlyRow(text: string, entity: string): NightlyRow {
  const row = decode(text, entity, 'nightly') as NightlyRow;
  if (!Array.isArray(row?.snapshots)) throw errors.ROW_UNREADABLE(entity, 'nightly');
  return row;
}

export const encodeRow = (row: StreamRow | NightlyRow): string => JSON.stringify(row);

function decode(text: string, entity: string, cadence: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw errors.ROW_UNREADABLE(entity, cadence);
  }
}

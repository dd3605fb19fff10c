import { DAY_MS, HOUR_MS } from '../../../lib/kit/clock.ts';
import type { ModelVersionKey } from '../ledger/records.ts';
import { BUCKET_MS, type Cells } from './cells.ts';
import { ROW } from './layout.ts';

/** Business hours of the sliding windows. The recent one shows gross changes soon, the day's is the one that counts. */
export const WINDOWS = { day: 24, recent: 6 } as const;
export type WindowName = keyof typeof WINDOWS;

/** Whose predictions: null stands for all. */
export interface Scope {
  region: string | null;
  channel: string | null;
}

/** The predictions of one model version in a window and scope, added up. */
export interface WindowCounts {
  rows: number;
  /** In the layout of the version; undefined without rows. */
  counts: Float64Array | undefined;
  /** Rows by hour of the business day. */
  hours: Float64Array;
}

/** The business hours of a window that ends now, the one under way among them. */
export const windowRange = (name: WindowName, nowMs: number): { fromMs: number; toMs: number } => {
  const toMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS + BUCKET_MS;
  return { fromMs: toMs - WINDOWS[name] * HOUR_MS, toMs };
};

export function sumWindow(
  cells: Pick<Cells, 'between'>,
  { model, version }: ModelVersionKey,
  { region, channel }: Scope,
  range: { fromMs: number; toMs: number },
): WindowCounts {
  const sum: WindowCounts = { rows: 0, counts: undefined, hours: new Float64Array(24) };
  for (const cell of cells.between(range.fromMs, range.toMs)) {
    if (cell.model !== model || cell.version !== version) continue;
    if ((region ?? cell.region) !== cell.region || (channel ?? cell.channel) !== cell.channel) continue;
    const { counts } = cell;
    sum.counts ??= new Float64Array(counts.length);
    for (let i = 0; i < counts.length; i++) sum.counts[i]! += counts[i]!;
    const rows = counts[ROW.rows]!;
    sum.rows += rows;
    sum.hours[Math.floor((cell.bucketMs % DAY_MS) / HOUR_MS)]! += rows;
  }
  return sum;
}

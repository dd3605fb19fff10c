import { decodeNightlyRow, decodeStreamRow } from '../../../lib/features/rows.ts';
import type { Feature, FeatureView } from '../../../lib/features/view.ts';

export type Status = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'OUTSIDE_MAX_AGE';

/**
 * Event time of the row a feature comes from, epoch ms: its newest event, or the snapshot in effect at `at`.
 * Request features come from the request. Undefined when there is no such row.
 */
export function rowTime(
  view: FeatureView,
  { entity, cadence }: Feature,
  rows: readonly (string | null)[],
  at: number,
): number | undefined {
  if (cadence === 'request') return at;
  const text = rows[view.rows.findIndex((row) => row.entity === entity && row.cadence === cadence)];
  if (text == null) return undefined;
  if (cadence === 'stream') return decodeStreamRow(text, entity).updated_at;
  return decodeNightlyRow(text, entity).snapshots.findLast(({ as_of }) => as_of + view.availableAfterMs <= at)
    ?.as_of;
}

/** Feast's words for what became of one value. */
export function statusOf(
  view: FeatureView,
  { cadence }: Feature,
  time: number | undefined,
  value: number,
  at: number,
): Status {
  if (time === undefined) return 'NOT_FOUND';
  if (cadence !== 'request' && at - time > view.ttlMs) return 'OUTSIDE_MAX_AGE';
  return Number.isNaN(value) ? 'NULL_VALUE' : 'PRESENT';
}

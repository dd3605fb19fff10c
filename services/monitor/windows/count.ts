import { binIndex } from '../../../lib/stats/histogram.ts';
import type { Prediction } from '../ledger/records.ts';
import type { Profile } from '../profiles/profile.ts';
import { ROW } from './layout.ts';

const DECISIONS: Record<string, number> = { approve: ROW.approve, review: ROW.review, decline: ROW.decline };

/** Counts one prediction into a cell of its version's layout. */
export function countInto(
  cell: Uint32Array,
  { features, score, layout }: Profile,
  prediction: Prediction,
): void {
  cell[ROW.rows]! += 1;
  if (prediction.degraded) cell[ROW.degraded]! += 1;
  if (prediction.source === 'default') cell[ROW.unknown]! += 1;
  const decided = DECISIONS[prediction.decision];
  if (decided !== undefined) cell[decided]! += 1;
  cell[layout.score + binIndex(score.edges, prediction.score)]! += 1;

  const { values } = prediction;
  if (values.length !== features.length) {
    cell[ROW.malformed]! += 1;
    return;
  }
  for (let f = 0; f < features.length; f++) {
    const { baseline, default: fallback, allows } = features[f]!;
    const slots = layout.features[f]!;
    const value = values[f]!;
    if (value === null || Number.isNaN(value)) {
      cell[slots.missing]! += 1;
      continue;
    }
    cell[slots.bins + binIndex(baseline.edges, value)]! += 1;
    if (value === fallback) cell[slots.defaults]! += 1;
    if (!allows(value)) cell[slots.outside]! += 1;
  }
}

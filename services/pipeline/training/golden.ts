import type { ModelManifest } from '../../../lib/contract/registry.ts';
import { readRow } from '../trainer/dataset.ts';
import type { Part } from './split.ts';

/**
 * Held-out rows with the trainer's own scores, spread evenly over the ranks of the score: the lowest and the highest
 * are among them. Whoever loads the artifact must compute the same. Rows with a missing value are left out, because
 * JSON cannot say NaN.
 * @param scores one per row of `part`
 */
export function goldenRequests(part: Part, scores: Float64Array, count = 20): ModelManifest['golden'] {
  const complete = Array.from(scores.keys()).filter(
    (i) => !part.columns.some((column) => Number.isNaN(column[i]!)),
  );
  // Among equal scores the earlier row comes first, so that the choice depends on the data alone.
  complete.sort((a, b) => scores[a]! - scores[b]! || a - b);
  const last = complete.length - 1;
  if (last < 0) return [];
  const ranks = new Set(Array.from({ length: count }, (_, k) => Math.round((k * last) / (count - 1))));
  return Array.from(ranks, (rank) => {
    const i = complete[rank]!;
    return { features: Array.from(readRow(part.columns, i)), score: scores[i]! };
  });
}

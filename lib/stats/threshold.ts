import { operatingPoints } from './classification.ts';

/** Choosing where alerts begin. Thresholds are scores of the data; an alert is a score at or above. */

/**
 * The threshold with the highest recall among those with at least `minPrecision`; the highest such one
 * where several find the same positives. Null when no threshold is that precise.
 */
export function thresholdForPrecision(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  minPrecision: number,
): number | null {
  const { thresholds, truePositives, falsePositives } = operatingPoints(scores, labels);
  let best: number | null = null;
  let found = 0;
  for (let k = 0; k < thresholds.length; k++) {
    const hits = truePositives[k]!;
    if (hits > found && hits / (hits + falsePositives[k]!) >= minPrecision) {
      best = thresholds[k]!;
      found = hits;
    }
  }
  return best;
}

/**
 * The lowest threshold that raises alerts for at most `rate` (0 to 1) of the rows. Null when even the
 * highest score is shared by more rows than that, or there are none.
 */
export function thresholdForAlertRate(scores: ArrayLike<number>, rate: number): number | null {
  const { thresholds, falsePositives } = operatingPoints(scores, new Uint8Array(scores.length));
  const allowed = Math.floor(rate * scores.length + 1e-9);
  let best: number | null = null;
  for (let k = 0; k < thresholds.length && falsePositives[k]! <= allowed; k++) best = thresholds[k]!;
  return best;
}

import { areaUnderRoc } from './classification.ts';

/** An estimate with the bounds that its sampling error leaves open. */
export type Interval = { readonly value: number; readonly lower: number; readonly upper: number };

/**
 * Area under the ROC curve with an interval of z standard errors.
 *
 * The variance is that of DeLong, DeLong and Clarke-Pearson (1988), from the share of the other class each row
 * outscores; midranks give those shares in one sort (Sun and Xu 2014). It assumes nothing about how scores are
 * distributed. The interval is taken on the logit scale, so that it stays inside 0 to 1 and is longer towards 0.5
 * (Pepe 2003, section 5.2). Classes that are perfectly apart have no spread left to measure; then the variance is
 * that of one positive outscored by half of the negatives.
 *
 * @param labels 1 for positive, anything else for negative
 * @returns null unless there are two rows of each class
 * @throws RangeError when lengths differ or a score is not a number
 */
export function aucInterval(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  z: number,
): Interval | null {
  const value = areaUnderRoc(scores, labels);
  if (value === null) return null;
  const { positives, negatives } = outscored(scores, labels);
  if (positives.length < 2 || negatives.length < 2) return null;

  const apart = 1 / (2 * positives.length);
  const centre = Math.min(Math.max(value, apart), 1 - apart);
  const variance =
    centre === value
      ? sampleVariance(positives) / positives.length + sampleVariance(negatives) / negatives.length
      : apart ** 2;
  const reach = (z * Math.sqrt(variance)) / (centre * (1 - centre));
  const logit = Math.log(centre / (1 - centre));
  return {
    value,
    lower: Math.min(value, expit(logit - reach)),
    upper: Math.max(value, expit(logit + reach)),
  };
}

/**
 * A proportion with the score interval of Wilson (1927) at z standard errors: honest for small counts and for
 * proportions near 0 and 1, where the textbook interval is not (Brown, Cai and DasGupta 2001).
 *
 * @returns null when there are no trials
 */
export function proportionInterval(successes: number, trials: number, z: number): Interval | null {
  if (trials === 0) return null;
  const value = successes / trials;
  const spread = z ** 2 / trials;
  const centre = (value + spread / 2) / (1 + spread);
  const reach = (z / (1 + spread)) * Math.sqrt((value * (1 - value)) / trials + z ** 2 / (4 * trials ** 2));
  return { value, lower: Math.max(0, centre - reach), upper: Math.min(1, centre + reach) };
}

/** For each row, the share of the other class on its wrong side of the ranking (ties count half), by class. */
function outscored(scores: ArrayLike<number>, labels: ArrayLike<number>) {
  const rows = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const total = [0, 0];
  for (const row of rows) total[labels[row] === 1 ? 1 : 0]! += 1;
  const negatives: number[] = [];
  const positives: number[] = [];
  const below = [0, 0];
  for (let start = 0; start < rows.length; ) {
    let end = start;
    const tied = [0, 0];
    for (; end < rows.length && scores[rows[end]!] === scores[rows[start]!]; end++) {
      tied[labels[rows[end]!] === 1 ? 1 : 0]! += 1;
    }
    const positiveShare = (below[0]! + tied[0]! / 2) / total[0]!;
    const negativeShare = 1 - (below[1]! + tied[1]! / 2) / total[1]!;
    for (let k = 0; k < tied[1]!; k++) positives.push(positiveShare);
    for (let k = 0; k < tied[0]!; k++) negatives.push(negativeShare);
    below[0]! += tied[0]!;
    below[1]! += tied[1]!;
    start = end;
  }
  return { positives, negatives };
}

function sampleVariance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}

const expit = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Quality of a binary classifier from its scores. Scores are any finite numbers, larger meaning more
 * likely positive; labels are 0 or 1; both have n entries. A figure that the data cannot tell (an AUC with
 * one class, a precision without alerts) is null, never NaN. An alert is a score at or above a threshold.
 */

/** What happens at each distinct score used as threshold, from the highest score to the lowest. */
export type OperatingPoints = {
  readonly thresholds: Float64Array;
  /** Positives and negatives scored at or above the threshold. */
  readonly truePositives: Int32Array;
  readonly falsePositives: Int32Array;
  readonly positives: number;
  readonly negatives: number;
};

/**
 * The points of the ROC curve, ties taken together (Fawcett 2006, "An introduction to ROC analysis",
 * algorithm 1).
 *
 * @throws RangeError when lengths differ or a score is not a number.
 */
export function operatingPoints(scores: ArrayLike<number>, labels: ArrayLike<number>): OperatingPoints {
  const [positive, negative] = sortedByClass(scores, labels);
  const thresholds = new Float64Array(scores.length);
  const truePositives = new Int32Array(scores.length);
  const falsePositives = new Int32Array(scores.length);
  let points = 0;
  let p = positive.length;
  let n = negative.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(positive[p - 1] ?? -Infinity, negative[n - 1] ?? -Infinity);
    while (p > 0 && positive[p - 1] === threshold) p--;
    while (n > 0 && negative[n - 1] === threshold) n--;
    thresholds[points] = threshold;
    truePositives[points] = positive.length - p;
    falsePositives[points] = negative.length - n;
    points++;
  }
  return {
    thresholds: thresholds.subarray(0, points),
    truePositives: truePositives.subarray(0, points),
    falsePositives: falsePositives.subarray(0, points),
    positives: positive.length,
    negatives: negative.length,
  };
}

/** Scores of positives and of negatives, ascending: two typed sorts instead of one of indexes. */
function sortedByClass(scores: ArrayLike<number>, labels: ArrayLike<number>): [Float64Array, Float64Array] {
  if (scores.length !== labels.length) {
    throw new RangeError(`labels: ${labels.length} for ${scores.length} scores; give one label per score`);
  }
  const positive = new Float64Array(scores.length);
  const negative = new Float64Array(scores.length);
  let p = 0;
  let n = 0;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!;
    if (Number.isNaN(score)) throw new RangeError(`scores: row ${i} is not a number; leave it out`);
    if (labels[i] === 1) positive[p++] = score;
    else negative[n++] = score;
  }
  return [positive.subarray(0, p).sort(), negative.subarray(0, n).sort()];
}

/**
 * Area under the ROC curve: the probability that a positive outscores a negative, a tie counting half,
 * i.e. the Mann-Whitney U statistic over all pairs (Hanley and McNeil 1982; Fawcett 2006, section 7).
 */
export function areaUnderRoc(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  const { truePositives, falsePositives, positives, negatives } = operatingPoints(scores, labels);
  if (positives === 0 || negatives === 0) return null;
  let won = 0;
  let above = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const negativesHere = falsePositives[k]! - (falsePositives[k - 1] ?? 0);
    won += negativesHere * 0.5 * (above + truePositives[k]!);
    above = truePositives[k]!;
  }
  return won / (positives * negatives);
}

/**
 * Average precision: precision at each threshold weighted by the recall it adds, not interpolated
 * (Manning, Raghavan and Schütze 2008, section 8.4). Null without positives.
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  const { truePositives, falsePositives, positives } = operatingPoints(scores, labels);
  if (positives === 0) return null;
  let sum = 0;
  for (let k = 0; k < truePositives.length; k++) {
    const found = truePositives[k]! - (truePositives[k - 1] ?? 0);
    sum += (found * truePositives[k]!) / (truePositives[k]! + falsePositives[k]!);
  }
  return sum / positives;
}

/**
 * Mean log loss of probabilities, in nats. They are clipped to [1e-15, 1 - 1e-15], so that one confident
 * mistake stays finite. Null without rows.
 */
export function logLoss(probabilities: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  if (probabilities.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const ofLabel = labels[i] === 1 ? probabilities[i]! : 1 - probabilities[i]!;
    sum -= Math.log(Math.min(Math.max(ofLabel, 1e-15), 1 - 1e-15));
  }
  return sum / probabilities.length;
}

/** Alerts at one threshold against the truth. */
export type Confusion = {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
  /** Positives among alerts; null without alerts. */
  readonly precision: number | null;
  /** Positives found; null without positives. */
  readonly recall: number | null;
  /** Alerts among rows; null without rows. */
  readonly alertRate: number | null;
};

/** Counts and ratios when every score >= threshold is an alert. */
export function confusionAt(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): Confusion {
  let truePositives = 0;
  let falsePositives = 0;
  let positives = 0;
  for (let i = 0; i < scores.length; i++) {
    const alert = scores[i]! >= threshold;
    if (labels[i] === 1) positives++;
    if (alert && labels[i] === 1) truePositives++;
    else if (alert) falsePositives++;
  }
  const alerts = truePositives + falsePositives;
  return {
    truePositives,
    falsePositives,
    trueNegatives: scores.length - positives - falsePositives,
    falseNegatives: positives - truePositives,
    precision: ratio(truePositives, alerts),
    recall: ratio(truePositives, positives),
    alertRate: ratio(alerts, scores.length),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

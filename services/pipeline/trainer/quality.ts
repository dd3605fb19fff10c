import type { Quality } from '../../../lib/contract/registry.ts';
import { areaUnderRoc, confusionAt, logLoss } from '../../../lib/stats/classification.ts';
import { thresholdForAlertRate, thresholdForPrecision } from '../../../lib/stats/threshold.ts';

/** Scores from which to review and to decline a request; review <= decline. */
export type Thresholds = { readonly review: number; readonly decline: number };

/** What thresholds are chosen for. */
export type ThresholdTargets = {
  /** Least precision among declined requests, 0 to 1. */
  readonly declinePrecision: number;
  /** Largest share of requests to review or decline, 0 to 1. */
  readonly reviewRate: number;
};

/** Of a probability, only a certain one reaches this: nothing is declined. */
const NEVER = 1;

/**
 * The lowest review threshold within the rate, and the decline threshold that finds most at the asked
 * precision. Where the highest score alone exceeds the rate, only that score is reviewed; where no score
 * is precise enough, nothing is declined.
 *
 * @param scores n >= 1 probabilities.
 */
export function chooseThresholds(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  { declinePrecision, reviewRate }: ThresholdTargets,
): Thresholds {
  let highest = 0;
  for (let i = 0; i < scores.length; i++) highest = Math.max(highest, scores[i]!);
  const review = thresholdForAlertRate(scores, reviewRate) ?? highest;
  const decline = thresholdForPrecision(scores, labels, declinePrecision) ?? NEVER;
  return { review, decline: Math.max(review, decline) };
}

/**
 * The figures a model version records, for all rows or one segment of them. Precision is 0 without
 * alerts, as in scikit-learn.
 *
 * @returns null when the rows lack one of the classes: then there is no AUC to record.
 */
export function measureQuality(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  review: number,
): Quality | null {
  const auc = areaUnderRoc(scores, labels);
  const loss = logLoss(scores, labels);
  if (auc === null || loss === null) return null;
  const { truePositives, falseNegatives, precision, recall } = confusionAt(scores, labels, review);
  return {
    rows: scores.length,
    positives: truePositives + falseNegatives,
    auc,
    log_loss: loss,
    precision: precision ?? 0,
    recall: recall ?? 0,
  };
}

/**
 * The trainer's front door, pure: no clock, no files, no network, no global randomness.
 *
 *   const { model, metrics, thresholds, baselines } = trainModel({ train, validation, seed: 7 });
 *   const bytes = exportOnnx(model);              // onnx.ts: features [N, d] → label, probabilities [N, 2]
 *   const p = predict(model, row);                // model.ts: the same score in process
 *   const quality = measureQuality(...);          // quality.ts: the same figures for one segment
 *   const share = featureImportance(model);       // model.ts
 *
 * Data sets are columns of float32 with NaN for missing values (dataset.ts). The same data, options and
 * seed give the same model, and the same model the same bytes. Figures, thresholds and baselines have the
 * shapes of the model manifest (lib/contract/registry.ts).
 */
import type { Baseline, Quality } from '../../../lib/contract/registry.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { baselineHistogram } from '../../../lib/stats/histogram.ts';
import { type BoostingOptions, boostTrees } from './boosting.ts';
import { checkSameFeatures, createDataset, type Dataset } from './dataset.ts';
import { errors } from './errors.ts';
import { fitLogistic, type LogisticOptions } from './logistic.ts';
import { type Model, predictBatch } from './model.ts';
import { chooseThresholds, measureQuality, type Thresholds, type ThresholdTargets } from './quality.ts';

export type TrainOptions = Partial<ThresholdTargets> & {
  /** What the model learns from. */
  readonly train: Dataset;
  /** Later rows, never learnt from: they stop the boosting, set the thresholds and give the metrics. */
  readonly validation: Dataset;
  readonly seed: string | number;
  /** Default `boosted_trees`. */
  readonly kind?: Model['kind'];
  /** Departures from BOOSTING_DEFAULTS or LOGISTIC_DEFAULTS. */
  readonly boosting?: Partial<BoostingOptions>;
  readonly logistic?: Partial<LogisticOptions>;
};

export type TrainResult = {
  readonly model: Model;
  /** Probabilities of the validation rows, for figures by segment. */
  readonly scores: Float64Array;
  readonly thresholds: Thresholds;
  /** On all validation rows. */
  readonly metrics: Quality;
  /** Of each feature in training, by name, and of the `score` in validation: what drift is measured against. */
  readonly baselines: Readonly<Record<string, Baseline>>;
  /** Validation log loss after each tree; empty for logistic regression. */
  readonly validationLoss: readonly number[];
};

/** Decline only what is nearly certain; review as much again as there is fraud. */
const TARGETS: ThresholdTargets = { declinePrecision: 0.9, reviewRate: 0.02 };

/**
 * Trains one model and measures it on the validation set.
 *
 * @throws AppError TRN_* from a bad data set or option, naming it.
 */
export function trainModel(options: TrainOptions): TrainResult {
  const targets: ThresholdTargets = {
    declinePrecision: checkShare('declinePrecision', options.declinePrecision ?? TARGETS.declinePrecision),
    reviewRate: checkShare('reviewRate', options.reviewRate ?? TARGETS.reviewRate),
  };
  const train = createDataset(options.train);
  const validation = createDataset(options.validation);
  checkSameFeatures(train, validation);

  const { model, validationLoss = [] } = fitModel(options, train, validation);
  const scores = predictBatch(model, validation.columns);
  const thresholds = chooseThresholds(scores, validation.labels, targets);
  const metrics = measureQuality(scores, validation.labels, thresholds.review);
  if (!metrics) throw errors.ONE_CLASS();
  const baselines = Object.fromEntries(
    train.columns.map((column, f) => [train.featureNames[f]!, baselineHistogram(column)]),
  );
  baselines.score = baselineHistogram(scores);
  return { model, scores, thresholds, metrics, baselines, validationLoss };
}

function fitModel(
  { kind = 'boosted_trees', seed, boosting, logistic }: TrainOptions,
  train: Dataset,
  validation: Dataset,
): { model: Model; validationLoss?: readonly number[] } {
  if (kind === 'logistic') return fitLogistic(train, logistic);
  return boostTrees(train, validation, createRandom(seed).fork('boosting'), boosting);
}

function checkShare(option: string, value: number): number {
  if (!(value >= 0 && value <= 1)) throw errors.OPTION(option, value, 'a number from 0 to 1');
  return value;
}

import { errors } from './errors.ts';

/**
 * A training set by columns: `d` features of `n` rows each.
 *
 * Features are float32 because the exported model compares float32: what the trainer sees is, bit for
 * bit, what the served model will see. NaN means missing; infinities are refused.
 */
export type Dataset = {
  /** d names, in the order of the model's input. */
  readonly featureNames: readonly string[];
  /** d columns of n values. */
  readonly columns: readonly Float32Array[];
  /** n labels, 0 or 1. */
  readonly labels: Uint8Array;
  /** n positive row weights; absent means 1 each. */
  readonly weights?: Float32Array;
};

/**
 * Checks shapes and values and returns the data set unchanged (no copies).
 *
 * @throws AppError TRN_DATASET_EMPTY, TRN_DATASET_SHAPE, TRN_DATASET_FEATURES or TRN_DATASET_VALUE, naming
 *   the column.
 */
export function createDataset(dataset: Dataset): Dataset {
  const { featureNames, columns, labels, weights } = dataset;
  const n = labels.length;
  if (n === 0) throw errors.DATASET_EMPTY('labels');
  if (columns.length === 0) throw errors.DATASET_EMPTY('columns');
  if (featureNames.length !== columns.length) {
    throw errors.DATASET_SHAPE('featureNames', featureNames.length, columns.length);
  }
  featureNames.forEach((name, f) => {
    if (featureNames.indexOf(name) !== f) throw errors.DATASET_FEATURES(name, 'appears twice');
    checkColumn(name, columns[f]!, n);
  });
  const label = labels.findIndex((value) => value > 1);
  if (label >= 0) throw errors.DATASET_VALUE('labels', label, labels[label]!, 'labels are 0 or 1');
  if (weights) checkWeights(weights, n);
  return dataset;
}

/** Both sets must have the same features in the same order. @throws AppError TRN_DATASET_FEATURES. */
export function checkSameFeatures(a: Dataset, b: Dataset): void {
  const length = Math.max(a.featureNames.length, b.featureNames.length);
  for (let f = 0; f < length; f++) {
    const [left = 'nothing', right = 'nothing'] = [a.featureNames[f], b.featureNames[f]];
    if (left !== right) throw errors.DATASET_FEATURES(left, `meets ${right} at position ${f}`);
  }
}

function checkColumn(name: string, column: Float32Array, n: number): void {
  if (column.length !== n) throw errors.DATASET_SHAPE(name, column.length, n);
  for (let i = 0; i < n; i++) {
    const value = column[i]!;
    if (value - value !== 0 && !Number.isNaN(value)) {
      throw errors.DATASET_VALUE(name, i, value, 'clip it, or mark it as missing with NaN');
    }
  }
}

function checkWeights(weights: Float32Array, n: number): void {
  if (weights.length !== n) throw errors.DATASET_SHAPE('weights', weights.length, n);
  const bad = weights.findIndex((weight) => !(weight > 0 && weight < Infinity));
  if (bad >= 0) throw errors.DATASET_VALUE('weights', bad, weights[bad]!, 'weights are positive and finite');
}

/** Share of positive labels by weight, strictly between 0 and 1. @throws AppError TRN_ONE_CLASS. */
export function positiveRate({ labels, weights }: Pick<Dataset, 'labels' | 'weights'>): number {
  let positive = 0;
  let total = 0;
  for (let i = 0; i < labels.length; i++) {
    const weight = weights ? weights[i]! : 1;
    total += weight;
    positive += weight * labels[i]!;
  }
  if (positive === 0 || positive === total) throw errors.ONE_CLASS();
  return positive / total;
}

/** Copies the values of row `i` into `row` (length d) and returns it. */
export function readRow(
  columns: readonly Float32Array[],
  i: number,
  row: Float32Array = new Float32Array(columns.length),
): Float32Array {
  for (let f = 0; f < columns.length; f++) row[f] = columns[f]![i]!;
  return row;
}

import { readRow } from './dataset.ts';
import { sigmoid } from './loss.ts';
import { addTree, evaluateTree, LEAF, type Tree } from './tree.ts';

/** Gradient-boosted trees: log-odds = baseScore + the values of all trees. JSON keeps it unchanged. */
export type BoostedTrees = {
  readonly kind: 'boosted_trees';
  readonly featureNames: readonly string[];
  readonly baseScore: number;
  readonly trees: readonly Tree[];
};

/**
 * Logistic regression on standardised inputs: log-odds = intercept + sum of coefficient * z, where
 * z = (x - mean) * scale and a missing x counts as the mean. All numbers are float32-exact.
 */
export type LogisticRegression = {
  readonly kind: 'logistic';
  readonly featureNames: readonly string[];
  readonly means: readonly number[];
  /** 1 / standard deviation; 0 for a constant feature. */
  readonly scales: readonly number[];
  readonly coefficients: readonly number[];
  readonly intercept: number;
};

export type Model = BoostedTrees | LogisticRegression;

/** Probability of the positive class for one row of d float32 features, NaN where missing. */
export function predict(model: Model, row: Float32Array): number {
  if (model.kind === 'logistic') return sigmoid(linearScore(model, row));
  let score = model.baseScore;
  for (const tree of model.trees) score += evaluateTree(tree, row);
  return sigmoid(score);
}

/** Probabilities of the positive class for d columns of n rows: n values. */
export function predictBatch(model: Model, columns: readonly Float32Array[]): Float64Array {
  const n = columns[0]?.length ?? 0;
  const scores = new Float64Array(n);
  if (model.kind === 'logistic') {
    const row = new Float32Array(columns.length);
    for (let i = 0; i < n; i++) scores[i] = linearScore(model, readRow(columns, i, row));
  } else {
    scores.fill(model.baseScore);
    const rows = Int32Array.from({ length: n }, (_, i) => i);
    for (const tree of model.trees) addTree(tree, columns, rows, 0, n, scores);
  }
  return scores.map(sigmoid);
}

function linearScore(model: LogisticRegression, row: Float32Array): number {
  let score = model.intercept;
  for (let f = 0; f < row.length; f++) {
    const x = row[f]!;
    if (!Number.isNaN(x)) score += model.coefficients[f]! * (x - model.means[f]!) * model.scales[f]!;
  }
  return score;
}

/**
 * How much each feature matters, as shares that sum to 1: the total gain of its splits (Friedman 2001,
 * section 8.1) or the size of its coefficient on the standardised input.
 */
export function featureImportance(model: Model): Record<string, number> {
  const weight = new Float64Array(model.featureNames.length);
  if (model.kind === 'logistic') {
    model.coefficients.forEach((coefficient, f) => {
      weight[f] = Math.abs(coefficient);
    });
  } else {
    for (const tree of model.trees) {
      tree.feature.forEach((f, node) => {
        if (f !== LEAF) weight[f] = weight[f]! + tree.gain[node]!;
      });
    }
  }
  const total = weight.reduce((sum, w) => sum + w, 0) || 1;
  return Object.fromEntries(model.featureNames.map((name, f) => [name, weight[f]! / total]));
}

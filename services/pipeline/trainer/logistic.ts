import { solvePositiveDefinite } from './cholesky.ts';
import { type Dataset, positiveRate } from './dataset.ts';
import { errors } from './errors.ts';
import { sigmoid } from './loss.ts';
import type { LogisticRegression } from './model.ts';

export type LogisticOptions = {
  /** L2 penalty on the coefficients of standardised inputs, in rows; the intercept is free. */
  readonly l2: number;
  readonly maxIterations: number;
  /** Converged when no parameter moves by more than this. */
  readonly tolerance: number;
};

export const LOGISTIC_DEFAULTS: LogisticOptions = { l2: 1, maxIterations: 50, tolerance: 1e-7 };

export type LogisticResult = {
  readonly model: LogisticRegression;
  readonly iterations: number;
  readonly converged: boolean;
};

/**
 * Logistic regression by iteratively reweighted least squares, which is Newton's method on the penalised
 * log loss (Hastie, Tibshirani and Friedman 2009, section 4.4.1). A step that does not lower the loss is
 * halved. Inputs are standardised; missing values count as the mean.
 *
 * @throws AppError TRN_OPTION, TRN_ONE_CLASS, TRN_SINGULAR.
 */
export function fitLogistic(train: Dataset, overrides: Partial<LogisticOptions> = {}): LogisticResult {
  const options = { ...LOGISTIC_DEFAULTS, ...overrides };
  if (!(options.l2 >= 0)) throw errors.OPTION('l2', options.l2, 'a number from 0');
  const rate = positiveRate(train);
  const { means, scales } = standardisation(train.columns);
  const inputs = train.columns.map((column, f) =>
    column.map((x) => (Number.isNaN(x) ? 0 : (x - means[f]!) * scales[f]!)),
  );
  const d = inputs.length;

  // Parameters: d coefficients, then the intercept.
  let parameters = new Float64Array(d + 1);
  parameters[d] = Math.log(rate / (1 - rate));
  let loss = penalisedLoss(train, inputs, parameters, options.l2);
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < options.maxIterations) {
    iterations++;
    const step = newtonStep(train, inputs, parameters, options.l2);
    const moved = halveUntilLower(parameters, step, loss, (trial) =>
      penalisedLoss(train, inputs, trial, options.l2),
    );
    converged =
      Math.max(...moved.parameters.map((value, j) => Math.abs(value - parameters[j]!))) <= options.tolerance;
    ({ parameters, loss } = moved);
  }

  const model: LogisticRegression = {
    kind: 'logistic',
    featureNames: train.featureNames,
    means,
    scales,
    coefficients: Array.from(parameters.subarray(0, d), Math.fround),
    intercept: Math.fround(parameters[d]!),
  };
  return { model, iterations, converged };
}

/** Mean and inverse standard deviation of the present values of each column, float32-exact. */
function standardisation(columns: readonly Float32Array[]): { means: number[]; scales: number[] } {
  const means: number[] = [];
  const scales: number[] = [];
  for (const column of columns) {
    const present = column.filter((x) => !Number.isNaN(x));
    const mean = Math.fround(present.reduce((sum, x) => sum + x, 0) / Math.max(1, present.length));
    const variance = present.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, present.length);
    means.push(mean);
    // A constant column carries no information: scale 0 takes it out.
    scales.push(variance > 0 ? Math.fround(1 / Math.sqrt(variance)) : 0);
  }
  return { means, scales };
}

/** The solution of (X'WX + l2 I) step = X'(y - p) - l2 parameters. */
function newtonStep(
  { labels, weights }: Dataset,
  inputs: readonly Float32Array[],
  parameters: Float64Array,
  l2: number,
): Float64Array {
  const size = parameters.length;
  const hessian = new Float64Array(size * size);
  const gradient = new Float64Array(size);
  const x = new Float64Array(size).fill(1);
  for (let i = 0; i < labels.length; i++) {
    for (let f = 0; f < inputs.length; f++) x[f] = inputs[f]![i]!;
    const weight = weights ? weights[i]! : 1;
    const p = sigmoid(dot(x, parameters));
    const curvature = weight * p * (1 - p);
    for (let j = 0; j < size; j++) {
      gradient[j]! += weight * (labels[i]! - p) * x[j]!;
      const scaled = curvature * x[j]!;
      for (let k = 0; k <= j; k++) hessian[j * size + k]! += scaled * x[k]!;
    }
  }
  for (let j = 0; j < size - 1; j++) {
    gradient[j]! -= l2 * parameters[j]!;
    // A constant input has neither gradient nor curvature; any positive diagonal keeps its coefficient 0.
    hessian[j * size + j]! += hessian[j * size + j] === 0 && l2 === 0 ? 1 : l2;
  }
  const step = solvePositiveDefinite(hessian, gradient);
  if (!step) throw errors.SINGULAR();
  return step;
}

function penalisedLoss(
  { labels, weights }: Dataset,
  inputs: readonly Float32Array[],
  parameters: Float64Array,
  l2: number,
): number {
  const d = inputs.length;
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    let score = parameters[d]!;
    for (let f = 0; f < d; f++) score += parameters[f]! * inputs[f]![i]!;
    const against = labels[i] === 1 ? -score : score;
    loss += (weights ? weights[i]! : 1) * (Math.max(against, 0) + Math.log1p(Math.exp(-Math.abs(against))));
  }
  for (let f = 0; f < d; f++) loss += 0.5 * l2 * parameters[f]! ** 2;
  return loss;
}

function halveUntilLower(
  parameters: Float64Array<ArrayBuffer>,
  step: Float64Array,
  loss: number,
  lossOf: (trial: Float64Array) => number,
): { parameters: Float64Array<ArrayBuffer>; loss: number } {
  for (let size = 1; size > 1e-6; size /= 2) {
    const trial = parameters.map((value, j) => value + size * step[j]!);
    const trialLoss = lossOf(trial);
    if (trialLoss < loss) return { parameters: trial, loss: trialLoss };
  }
  return { parameters, loss };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}

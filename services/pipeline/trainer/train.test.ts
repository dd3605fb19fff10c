import { expect, test } from 'vitest';
import type { Baseline } from '../../../lib/contract/registry.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { confusionAt } from '../../../lib/stats/classification.ts';
import { syntheticDataset } from './fixtures.ts';
import { featureImportance, predictBatch } from './model.ts';
import { trainModel } from './train.ts';

const random = createRandom('train');
const train = syntheticDataset(random, 20_000, { intercept: -4 });
const validation = syntheticDataset(random, 8000, { intercept: -4 });

test('trees beat logistic regression, which beats chance', () => {
  const trees = trainModel({ train, validation, seed: 1 });
  const logistic = trainModel({ train, validation, seed: 1, kind: 'logistic' });
  expect(logistic.metrics.auc).toBeGreaterThan(0.65);
  expect(trees.metrics.auc).toBeGreaterThan(logistic.metrics.auc + 0.03);
  expect(trees.metrics.log_loss).toBeLessThan(logistic.metrics.log_loss);
  expect(trees.validationLoss.length).toBeGreaterThanOrEqual(20);
  expect(logistic.validationLoss).toHaveLength(0);
});

test('thresholds keep their promises on the validation set', () => {
  const targets = { declinePrecision: 0.5, reviewRate: 0.1 };
  const { model, scores, thresholds, metrics } = trainModel({ train, validation, seed: 1, ...targets });
  expect(scores).toEqual(predictBatch(model, validation.columns));
  const review = confusionAt(scores, validation.labels, thresholds.review);
  expect(review.alertRate).toBeLessThanOrEqual(0.1);
  expect(review.alertRate).toBeGreaterThan(0.09);
  expect(metrics).toMatchObject({ precision: review.precision, recall: review.recall, rows: 8000 });
  const decline = confusionAt(scores, validation.labels, thresholds.decline);
  expect(decline.precision).toBeGreaterThanOrEqual(0.5);
});

test('baselines cover every feature and row, and the score', () => {
  const { baselines } = trainModel({ train, validation, seed: 1, boosting: { trees: 5 } });
  expect(Object.keys(baselines)).toEqual([...train.featureNames, 'score']);
  const rows = ({ counts, missing }: Baseline) => counts.reduce((sum, count) => sum + count, missing);
  for (const name of train.featureNames) expect(rows(baselines[name]!)).toBe(20_000);
  expect(rows(baselines.score!)).toBe(8000);
});

test('features that carry the label matter most, shares sum to one', () => {
  for (const kind of ['boosted_trees', 'logistic'] as const) {
    const shares = featureImportance(trainModel({ train, validation, seed: 1, kind }).model);
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(shares.feature_0).toBeGreaterThan(shares.feature_15!);
  }
});

test('repeatable as a whole', () => {
  const options = { train, validation, seed: 'again', boosting: { trees: 10 } };
  expect(trainModel(options)).toEqual(trainModel(options));
});

test('bad validation data and options are refused by name', () => {
  const other = { ...validation, featureNames: [...validation.featureNames].reverse() };
  const expected = expect.objectContaining({ code: 'TRN_DATASET_FEATURES', field: 'feature_0' });
  expect(() => trainModel({ train, validation: other, seed: 1 })).toThrow(expected);
  const oneClass = { ...validation, labels: new Uint8Array(8000) };
  const noFraud = expect.objectContaining({ code: 'TRN_ONE_CLASS', field: 'labels' });
  expect(() => trainModel({ train, validation: oneClass, seed: 1, kind: 'logistic' })).toThrow(noFraud);
  const badRate = expect.objectContaining({ code: 'TRN_OPTION', field: 'reviewRate' });
  expect(() => trainModel({ train, validation, seed: 1, reviewRate: 2 })).toThrow(badRate);
});

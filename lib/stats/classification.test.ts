import { expect, test } from 'vitest';
import { createRandom } from '../kit/random.ts';
import { areaUnderRoc, averagePrecision, confusionAt, logLoss, operatingPoints } from './classification.ts';

test('AUC counts the pairs a positive wins, ties half', () => {
  expect(areaUnderRoc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  expect(areaUnderRoc([1, 1, 1, 1], [0, 1, 0, 1])).toBe(0.5);
  expect(areaUnderRoc([2, 1, 1, 0], [1, 1, 0, 0])).toBe(0.875);
  expect(areaUnderRoc([0, 1], [1, 0])).toBe(0);
});

test('AUC equals the count over all pairs on random data with many ties', () => {
  const random = createRandom('auc');
  const scores = Array.from({ length: 400 }, () => random.integer(25));
  const labels = scores.map((score) => (random.next() < score / 40 ? 1 : 0));
  let won = 0;
  let pairs = 0;
  scores.forEach((positive, i) => {
    scores.forEach((negative, j) => {
      if (labels[i] !== 1 || labels[j] !== 0) return;
      pairs++;
      won += positive > negative ? 1 : positive === negative ? 0.5 : 0;
    });
  });
  expect(areaUnderRoc(scores, labels)).toBeCloseTo(won / pairs, 12);
});

test('figures the data cannot tell are null', () => {
  expect(areaUnderRoc([1, 2], [1, 1])).toBeNull();
  expect(areaUnderRoc([], [])).toBeNull();
  expect(averagePrecision([1, 2], [0, 0])).toBeNull();
  expect(logLoss([], [])).toBeNull();
  expect(confusionAt([0.1], [0], 0.5)).toMatchObject({ precision: null, recall: null, alertRate: 0 });
});

test('average precision weighs precision by added recall', () => {
  // Descending: 1 (precision 1), 0, 1 (precision 2/3), 0.
  expect(averagePrecision([0.9, 0.8, 0.7, 0.1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(averagePrecision([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 0])).toBe(0.25);
});

test('log loss is the mean surprise and stays finite', () => {
  expect(logLoss([0.8, 0.4], [1, 0])).toBeCloseTo(-(Math.log(0.8) + Math.log(0.6)) / 2, 12);
  expect(logLoss([0], [1])).toBeCloseTo(-Math.log(1e-15), 6);
});

test('a score equal to the threshold is an alert', () => {
  expect(confusionAt([0.9, 0.5, 0.5, 0.1], [1, 0, 1, 1], 0.5)).toEqual({
    truePositives: 2,
    falsePositives: 1,
    trueNegatives: 0,
    falseNegatives: 1,
    precision: 2 / 3,
    recall: 2 / 3,
    alertRate: 0.75,
  });
});

test('operating points take ties together, from the highest score down', () => {
  const points = operatingPoints([3, 1, 3, 2], [1, 0, 0, 1]);
  expect(Array.from(points.thresholds)).toEqual([3, 2, 1]);
  expect(Array.from(points.truePositives)).toEqual([1, 2, 2]);
  expect(Array.from(points.falsePositives)).toEqual([1, 1, 2]);
});

test('input that cannot be ranked is refused by name', () => {
  expect(() => areaUnderRoc([1, 2], [1])).toThrow(/labels: 1 for 2 scores/);
  expect(() => areaUnderRoc([1, Number.NaN], [1, 0])).toThrow(/scores: row 1/);
});

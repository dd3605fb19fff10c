import { expect, test } from 'vitest';
import { createRandom } from '../kit/random.ts';
import { confusionAt } from './classification.ts';
import { thresholdForAlertRate, thresholdForPrecision } from './threshold.ts';

const scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];
const labels = [1, 0, 1, 1, 0, 0];

test('the most positives at the asked precision', () => {
  expect(thresholdForPrecision(scores, labels, 1)).toBe(0.9);
  // 0.8 has precision 1/2, but further down 0.6 recovers to 3/4.
  expect(thresholdForPrecision(scores, labels, 0.75)).toBe(0.6);
  expect(thresholdForPrecision(scores, labels, 0)).toBe(0.6);
});

test('no threshold is precise enough', () => {
  expect(thresholdForPrecision([0.9, 0.8], [0, 1], 0.9)).toBeNull();
});

test('the lowest threshold within the rate of alerts', () => {
  expect(thresholdForAlertRate(scores, 0.5)).toBe(0.7);
  expect(thresholdForAlertRate(scores, 1)).toBe(0.4);
  expect(thresholdForAlertRate([1, 1, 1, 0], 0.5)).toBeNull();
  expect(thresholdForAlertRate([], 0.5)).toBeNull();
});

test('no other threshold does better on random data', () => {
  const random = createRandom('threshold');
  const values = Array.from({ length: 300 }, () => random.integer(40));
  const truth = values.map((value) => (random.next() < value / 50 ? 1 : 0));
  const chosen = confusionAt(values, truth, thresholdForPrecision(values, truth, 0.6)!);
  expect(chosen.precision).toBeGreaterThanOrEqual(0.6);
  for (const value of values) {
    const other = confusionAt(values, truth, value);
    if (other.precision! >= 0.6) expect(other.recall).toBeLessThanOrEqual(chosen.recall!);
  }
  const rate = thresholdForAlertRate(values, 0.1)!;
  expect(confusionAt(values, truth, rate).alertRate).toBeLessThanOrEqual(0.1);
  const nextLower = Math.max(...values.filter((value) => value < rate));
  expect(confusionAt(values, truth, nextLower).alertRate).toBeGreaterThan(0.1);
});

import { expect, test } from 'vitest';
import { chooseThresholds, measureQuality } from './quality.ts';

const scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2];
const labels = [1, 1, 0, 1, 0, 0, 0, 0];

test('review within the rate, decline at the precision', () => {
  expect(chooseThresholds(scores, labels, { declinePrecision: 1, reviewRate: 0.5 })).toEqual({
    review: 0.6,
    decline: 0.8,
  });
});

test('declining never begins below reviewing', () => {
  const thresholds = chooseThresholds(scores, labels, { declinePrecision: 0.75, reviewRate: 0.125 });
  expect(thresholds).toEqual({ review: 0.9, decline: 0.9 });
});

test('targets out of reach: the highest score is reviewed, nothing is declined', () => {
  const tied = chooseThresholds([0.4, 0.4, 0.4], [0, 0, 1], { declinePrecision: 0.9, reviewRate: 0.1 });
  expect(tied).toEqual({ review: 0.4, decline: 1 });
});

test('figures at the review threshold', () => {
  expect(measureQuality(scores, labels, 0.7)).toEqual({
    rows: 8,
    positives: 3,
    auc: 14 / 15,
    log_loss: expect.closeTo(0.4784, 3),
    precision: 2 / 3,
    recall: 2 / 3,
  });
  expect(measureQuality(scores, labels, 0.95)).toMatchObject({ precision: 0, recall: 0 });
});

test('a segment with one class has no figures', () => {
  expect(measureQuality([0.1, 0.2], [0, 0], 0.5)).toBeNull();
});

import { expect, test } from 'vitest';
import { decide } from './model.ts';

const thresholds = { review: 0.2, decline: 0.8 };

test.each([
  [0, 'approve'],
  [0.199, 'approve'],
  [0.2, 'review'],
  [0.799, 'review'],
  [0.8, 'decline'],
  [1, 'decline'],
])('a score of %d is a %s', (score, decision) => {
  expect(decide(score, thresholds)).toBe(decision);
});

test('with one threshold for both nothing is left to review', () => {
  expect(decide(0.5, { review: 0.5, decline: 0.5 })).toBe('decline');
});

import { expect, test } from 'vitest';
import { quantile } from './buckets.ts';

const buckets = (counts: number[]) =>
  new Map([0.001, 0.002, 0.004, Number.POSITIVE_INFINITY].map((bound, i) => [bound, counts[i]!]));

test('a quantile is of what came between two looks', () => {
  expect(quantile(buckets([100, 100, 100, 100]), buckets([100, 110, 120, 120]), 0.75)).toBeCloseTo(0.003, 9);
});

test('what is beyond the last bound is told as the bound', () => {
  expect(quantile(buckets([0, 0, 0, 0]), buckets([1, 1, 1, 10]), 0.99)).toBe(0.004);
});

import { expect, test } from 'vitest';
import { estimate, row } from './bench.ts';

test.each([
  [5, 1, 5],
  [7, 1, 7],
  [8, 2, 7],
  [11, 3, 9],
])('the median of %i rounds lies between the %i. and the %i.', (n, low, high) => {
  // Coverage as in tables of the sign test: 0.94, 0.98, 0.93, 0.93.
  const values = Array.from({ length: n }, (_, i) => i + 1).toReversed();
  expect(estimate(values)).toEqual({ value: (n + 1) / 2, range: [low, high] });
});

test('a target is met when the whole range meets it', () => {
  const of = (value: number, range: [number, number]) =>
    row('a', { value, range }, 'times', { atLeast: 4 }, 'it').met;
  expect([of(5, [4, 6]), of(5, [3.9, 6]), of(3, [2, 4])]).toEqual([true, false, false]);
  expect(row('a', { value: 5, range: [4, 6] }, 'ms', { atMost: 5 }, 'it').met).toBe(false);
});

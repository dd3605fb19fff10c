import { expect, test } from 'vitest';
import { rates } from './meter.ts';

const ticks = [0, 100, 200, 300, 400].map((lookups, n) => ({ at: n * 100, lookups }));

test('a steady store', () => {
  expect(rates(ticks, 0, 400, 200)).toEqual([1_000, 1_000, 1_000]);
});

test('a rush shows in the slices that it lies in', () => {
  const rush = [0, 100, 400, 500, 600].map((lookups, n) => ({ at: n * 100, lookups }));
  expect(rates(rush, 0, 400, 200)).toEqual([2_000, 2_000, 1_000]);
});

test('a store that was started anew gives no negative rate', () => {
  const anew = [...ticks, { at: 500, lookups: 3 }, { at: 600, lookups: 103 }];
  expect(rates(anew, 400, 600, 100)).toEqual([1_000]);
});

test('nothing to see, no rate', () => {
  expect(rates(ticks, 1_000, 2_000, 100)).toEqual([]);
});

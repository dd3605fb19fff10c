import { expect, test } from 'vitest';
import { createRandom } from '../kit/random.ts';
import { baselineHistogram, binIndex, countInto } from './histogram.ts';

test('bins of equal counts, upper edges inclusive', () => {
  const histogram = baselineHistogram([1, 2, 3, 4, 5, 6, 7, 8], 4);
  expect(histogram).toEqual({ edges: [2, 4, 6], counts: [2, 2, 2, 2], missing: 0 });
  expect(binIndex(histogram.edges, 2)).toBe(0);
  expect(binIndex(histogram.edges, 2.1)).toBe(1);
});

test('missing values are counted aside', () => {
  expect(baselineHistogram(new Float32Array([Number.NaN, 1, 2, Number.NaN]), 2)).toEqual({
    edges: [1],
    counts: [1, 1],
    missing: 2,
  });
});

test('a heavy value merges bins; constant and empty columns have one', () => {
  expect(baselineHistogram([0, 0, 0, 0, 0, 0, 0, 5], 4)).toEqual({ edges: [0], counts: [7, 1], missing: 0 });
  expect(baselineHistogram([3, 3, 3], 10)).toEqual({ edges: [], counts: [3], missing: 0 });
  expect(baselineHistogram([], 10)).toEqual({ edges: [], counts: [0], missing: 0 });
});

test('later values beyond the baseline fall into the outer bins', () => {
  expect(countInto([2, 4], [-100, 3, 1000, Number.POSITIVE_INFINITY])).toEqual({
    edges: [2, 4],
    counts: [1, 1, 2],
    missing: 0,
  });
});

test('survives JSON, and counts every value once', () => {
  const random = createRandom('histogram');
  const values = Float32Array.from({ length: 5000 }, () =>
    random.next() < 0.1 ? Number.NaN : random.normal(),
  );
  const histogram = baselineHistogram(values, 20);
  expect(JSON.parse(JSON.stringify(histogram))).toEqual(histogram);
  expect(histogram.counts.reduce((sum, count) => sum + count, histogram.missing)).toBe(5000);
  for (const count of histogram.counts)
    expect(Math.abs(count - (5000 - histogram.missing) / 20)).toBeLessThan(2);
});

test('refuses a number of bins that makes none', () => {
  expect(() => baselineHistogram([1], 0)).toThrow(/bins: is 0/);
});

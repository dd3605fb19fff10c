import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { binColumns } from './binning.ts';
import { syntheticDataset } from './fixtures.ts';
import { createHistogram, fillHistogram } from './histogram.ts';
import { findBestSplit, leafValue, type SplitRules, splitGain } from './split.ts';

const rules: SplitRules = { l2: 1, minChildWeight: 1e-3, minRows: 1, minGain: 0 };

/** The best split of a small data set, over all features or the given ones. */
function search(
  columns: Float32Array[],
  gradients: number[],
  hessians: number[],
  changes: Partial<SplitRules> = {},
  features = columns.map((_, f) => f),
) {
  const n = gradients.length;
  const { entries, stride, thresholds } = binColumns(columns, 16);
  const histogram = createHistogram(columns.length * stride);
  const [g, h] = [Float32Array.from(gradients), Float32Array.from(hessians)];
  fillHistogram(histogram, entries, columns.length, Int32Array.from(g.keys()), 0, n, g, h);
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  const total = { gradient: sum(g), hessian: sum(h), rows: n };
  const binCounts = thresholds.map((bounds) => bounds.length + 1);
  return findBestSplit(histogram, total, features, binCounts, stride, { ...rules, ...changes });
}

test('gain and leaf value by hand', () => {
  const left = { gradient: 2, hessian: 1, rows: 4 };
  const right = { gradient: -4, hessian: 3, rows: 4 };
  // (4/2 + 16/4 - 4/5) / 2
  expect(splitGain(left, right, 1)).toBeCloseTo(2.6, 12);
  expect(leafValue(right, 1)).toBe(1);
});

test('separates two groups between them', () => {
  const split = search([Float32Array.of(1, 2, 3, 4)], [1, 1, -1, -1], [1, 1, 1, 1]);
  expect(split).toMatchObject({
    feature: 0,
    bin: 1,
    left: { gradient: 2, rows: 2 },
    right: { gradient: -2, rows: 2 },
  });
});

test('missing values go where they gain most, even alone', () => {
  const withHigh = Float32Array.of(1, 2, 3, Number.NaN);
  expect(search([withHigh], [1, 1, -1, -1], [1, 1, 1, 1])).toMatchObject({ bin: 1, missingLeft: false });
  const withLow = Float32Array.of(1, 3, 4, Number.NaN);
  expect(search([withLow], [1, -1, -1, 1], [1, 1, 1, 1])).toMatchObject({ bin: 0, missingLeft: true });
  const alone = Float32Array.of(1, 2, Number.NaN, Number.NaN);
  const present = search([alone], [1, 1, -1, -1], [1, 1, 1, 1]);
  expect(present).toMatchObject({ bin: 1, missingLeft: false, left: { rows: 2 }, right: { rows: 2 } });
});

test('missing values unknown in training follow the child with more rows', () => {
  expect(search([Float32Array.of(1, 2, 3, 9)], [1, 1, 1, -5], [1, 1, 1, 1])).toMatchObject({
    bin: 2,
    missingLeft: true,
  });
  expect(search([Float32Array.of(1, 7, 8, 9)], [5, -1, -1, -1], [1, 1, 1, 1])).toMatchObject({
    missingLeft: false,
  });
});

test('rules forbid splits', () => {
  const column = [Float32Array.of(1, 2, 3, 4)];
  const sums: [number[], number[]] = [
    [9, -3, -3, -3],
    [1, 1, 1, 1],
  ];
  expect(search(column, ...sums)?.bin).toBe(0);
  expect(search(column, ...sums, { minRows: 2 })?.bin).toBe(1);
  expect(search(column, ...sums, { minRows: 3 })).toBeUndefined();
  expect(search(column, ...sums, { minChildWeight: 1.5 })?.bin).toBe(1);
  expect(search(column, ...sums, { minGain: 1000 })).toBeUndefined();
  expect(search([Float32Array.of(5, 5, 5, 5)], ...sums)).toBeUndefined();
});

test('only the features on offer are used', () => {
  const columns = [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 3, 2, 4)];
  expect(search(columns, [1, 1, -1, -1], [1, 1, 1, 1])?.feature).toBe(0);
  expect(search(columns, [1, 1, -1, -1], [1, 1, 1, 1], {}, [1])?.feature).toBe(1);
});

test('the best gain equals brute force over raw values, both directions of missing ones', () => {
  const random = createRandom('split');
  for (let round = 0; round < 20; round++) {
    const n = 60;
    const columns = syntheticDataset(random, n, { d: 7, missing: 0.15 }).columns.map((column) =>
      // Few distinct values, so that bins are exact.
      column.map((value) => Math.round(2 * value)),
    );
    const gradients = Float32Array.from({ length: n }, () => random.normal());
    const hessians = Float32Array.from({ length: n }, () => 0.05 + random.next());
    const sum = (values: Float32Array, inside: (row: number) => boolean) =>
      values.reduce((total, value, row) => (inside(row) ? total + value : total), 0);

    let best = 0;
    for (const column of columns) {
      for (const threshold of [...new Set(column)].filter((value) => !Number.isNaN(value))) {
        for (const missingLeft of [true, false]) {
          const isLeft = (row: number) =>
            Number.isNaN(column[row]!) ? missingLeft : column[row]! <= threshold;
          const isRight = (row: number) => !isLeft(row);
          const rows = column.reduce((count, _, row) => count + (isLeft(row) ? 1 : 0), 0);
          if (rows < 5 || n - rows < 5) continue;
          const [gl, hl] = [sum(gradients, isLeft), sum(hessians, isLeft)];
          const [gr, hr] = [sum(gradients, isRight), sum(hessians, isRight)];
          const gain = 0.5 * (gl ** 2 / (hl + 1) + gr ** 2 / (hr + 1) - (gl + gr) ** 2 / (hl + hr + 1));
          best = Math.max(best, gain);
        }
      }
    }
    const found = search(columns, Array.from(gradients), Array.from(hessians), { minRows: 5 });
    expect(found?.gain ?? 0).toBeCloseTo(best, 8);
  }
});

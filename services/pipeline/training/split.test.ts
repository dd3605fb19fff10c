import { expect, test } from 'vitest';
import { splitByTime, thin } from './split.ts';
import type { Table } from './table.ts';

/** One row a minute, the feature holding the row's number. */
const tableOf = (rows: number): Table => ({
  rows,
  featureNames: ['row'],
  features: [Float32Array.from({ length: rows }, (_, i) => i)],
  labels: new Uint8Array(rows),
  times: Float64Array.from({ length: rows }, (_, i) => i * 60_000),
  groups: [],
});

test('validation comes after training and test after both', () => {
  const { train, validation, test: held } = splitByTime(tableOf(2_001));
  expect([train.labels.length, validation.labels.length, held.labels.length]).toEqual([1_600, 200, 201]);
  expect(train.columns[0]!.at(-1)).toBe(1_599);
  expect([validation.start, validation.columns[0]![0]]).toEqual([1_600, 1_600]);
  expect([held.start, held.columns[0]!.at(-1)]).toEqual([1_800, 2_000]);
});

test('a part with too few rows is named', () => {
  expect(() => splitByTime(tableOf(0))).toThrow(/training part has 0 rows/);
  expect(() => splitByTime(tableOf(501))).toThrow(/validation part has 50 rows .* needs 100/);
});

test('a thinned part keeps rows evenly spread, and a small one whole', () => {
  const { train } = splitByTime(tableOf(2_001));
  expect(Array.from(thin(train, 4).columns[0]!)).toEqual([0, 400, 800, 1_200]);
  expect(thin(train, 5_000).labels.length).toBe(1_600);
});

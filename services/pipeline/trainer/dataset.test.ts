import { expect, test } from 'vitest';
import { checkSameFeatures, createDataset, type Dataset, positiveRate, readRow } from './dataset.ts';

const good: Dataset = {
  featureNames: ['amount', 'age'],
  columns: [Float32Array.of(1, 2, Number.NaN), Float32Array.of(4, 5, 6)],
  labels: Uint8Array.of(0, 1, 0),
};

test('accepts missing values and reads rows', () => {
  expect(createDataset(good)).toBe(good);
  expect(readRow(good.columns, 1)).toEqual(Float32Array.of(2, 5));
});

test.each<[string, Partial<Dataset>, string, string]>([
  ['no rows', { labels: new Uint8Array(0) }, 'TRN_DATASET_EMPTY', 'labels'],
  ['no features', { columns: [], featureNames: [] }, 'TRN_DATASET_EMPTY', 'columns'],
  ['a name too few', { featureNames: ['amount'] }, 'TRN_DATASET_SHAPE', 'featureNames'],
  ['a name twice', { featureNames: ['age', 'age'] }, 'TRN_DATASET_FEATURES', 'age'],
  ['a short column', { columns: [good.columns[0]!, Float32Array.of(4)] }, 'TRN_DATASET_SHAPE', 'age'],
  [
    'infinity',
    { columns: [Float32Array.of(1, -Infinity, 3), good.columns[1]!] },
    'TRN_DATASET_VALUE',
    'amount',
  ],
  ['a third class', { labels: Uint8Array.of(0, 1, 2) }, 'TRN_DATASET_VALUE', 'labels'],
  ['a weight of zero', { weights: Float32Array.of(1, 0, 1) }, 'TRN_DATASET_VALUE', 'weights'],
  ['a short weight', { weights: Float32Array.of(1) }, 'TRN_DATASET_SHAPE', 'weights'],
])('refuses %s', (_, change, code, field) => {
  expect(() => createDataset({ ...good, ...change })).toThrow(expect.objectContaining({ code, field }));
});

test('weights count in the positive rate, and one class is refused', () => {
  expect(positiveRate(good)).toBeCloseTo(1 / 3, 12);
  expect(positiveRate({ ...good, weights: Float32Array.of(1, 2, 1) })).toBe(0.5);
  const oneClass = { labels: Uint8Array.of(0, 0) };
  expect(() => positiveRate(oneClass)).toThrow(expect.objectContaining({ code: 'TRN_ONE_CLASS' }));
});

test('features that differ between two sets are named', () => {
  const other = { ...good, featureNames: ['amount', 'country'] };
  expect(() => checkSameFeatures(good, other)).toThrow(/age meets country at position 1/);
  expect(() => checkSameFeatures(good, { ...good, featureNames: ['amount'] })).toThrow(/age meets nothing/);
});

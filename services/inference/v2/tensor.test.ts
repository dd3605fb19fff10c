import { expect, test } from 'vitest';
import { readFeatures } from './tensor.ts';

const request = (changes: object = {}) => ({
  inputs: [
    { name: 'features', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] as unknown[], ...changes },
  ],
});

test('flat and nested data are the same rows', () => {
  const rows = Float32Array.of(1, 2, 3, 4);
  expect(readFeatures(request(), 2)).toEqual(rows);
  const nested = [
    [1, 2],
    [3, 4],
  ];
  expect(readFeatures(request({ data: nested }), 2)).toEqual(rows);
});

test.each([
  [{ shape: [4] }, 'shape'],
  [{ shape: [0, 2], data: [] }, 'shape'],
  [{ shape: [5_000, 2] }, 'shape'],
  [{ shape: [2, 3] }, 'shape'],
  [{ data: [1, 2, 3] }, '3 values'],
  [{ data: [1, 2, 3, null] }, 'features.data[3] is null'],
  [{ data: [1, 2, 3, 1e39] }, 'features.data[3]'],
  [{ datatype: 'FP64' }, 'FP64'],
  [{ name: 'x' }, 'named features'],
])('%j is refused and says why', (changes, says) => {
  expect(() => readFeatures(request(changes), 2)).toThrow(says);
});

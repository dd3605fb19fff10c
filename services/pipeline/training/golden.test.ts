import { expect, test } from 'vitest';
import { goldenRequests } from './golden.ts';

const part = (values: number[]) => ({
  start: 0,
  featureNames: ['x'],
  columns: [Float32Array.from(values)],
  labels: new Uint8Array(values.length),
});

test('takes the lowest and the highest score and spreads between them', () => {
  const values = Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  const golden = goldenRequests(
    part(values),
    Float64Array.from(values, (x) => x / 100),
    5,
  );
  expect(golden.map(({ score }) => score)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(golden.map(({ features }) => features)).toEqual([[0], [25], [50], [75], [100]]);
});

test('leaves out rows with a missing value and is content with few rows', () => {
  const golden = goldenRequests(part([Number.NaN, 1, 2]), Float64Array.of(0.9, 0.1, 0.2));
  expect(golden).toEqual([
    { features: [1], score: 0.1 },
    { features: [2], score: 0.2 },
  ]);
  expect(goldenRequests(part([Number.NaN]), Float64Array.of(0.9))).toEqual([]);
});

import { expect, test } from 'vitest';
import { measureSegments } from './segments.ts';

const ROWS = 1_000;
const index = Array.from({ length: ROWS }, (_, i) => i);
const labels = Uint8Array.from(index, (i) => Number(i % 10 === 0));
const table = {
  rows: ROWS,
  featureNames: ['device_age_hours'],
  features: [Float32Array.from(index, (i) => (i % 2 === 0 ? 1 : 100))],
  labels,
  times: Float64Array.from(index),
  groups: [
    // Odd rows have neither value: their code lies behind the last one.
    {
      name: 'channel',
      values: ['terminal', 'rare'],
      codes: Uint8Array.from(index, (i) => (i % 2 ? 2 : Number(i === 0))),
    },
  ],
};
const part = { start: 0, featureNames: table.featureNames, columns: table.features, labels };

test('measures all rows and each segment with both classes and enough rows', () => {
  // Fraud is found among terminals of even tens only, always.
  const scores = Float64Array.from(index, (i) => Number(i % 10 === 0 && i % 20 === 0));
  const metrics = measureSegments(table, part, scores, 0.5);
  expect(Object.keys(metrics)).toEqual(['overall', 'channel:terminal', 'device:new']);
  expect(metrics.overall).toMatchObject({
    rows: 1_000,
    positives: 100,
    precision: 1,
    recall: 0.5,
    auc: 0.75,
  });
  expect(metrics['channel:terminal']).toMatchObject({ rows: 499, positives: 99 });
});

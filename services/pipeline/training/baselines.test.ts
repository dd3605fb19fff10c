import { expect, test } from 'vitest';
import { HOUR_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { baselineHistogram } from '../../../lib/stats/histogram.ts';
import { detailedBaselines } from './baselines.ts';

const ROWS = 480;
/** One row an hour; the channels take turns, and the last rows have none that is known. */
const table = {
  times: Float64Array.from({ length: ROWS }, (_, i) => OPENING_DAY_MS + i * HOUR_MS),
  groups: [
    { name: 'channel', values: ['a', 'b'], codes: Uint8Array.from({ length: ROWS }, (_, i) => i % 3) },
  ],
};
const labels = new Uint8Array(0);
const hour = Float32Array.from({ length: 300 }, (_, i) => (i === 7 ? Number.NaN : i % 24));
const split = {
  train: { start: 0, featureNames: ['hour'], columns: [hour], labels },
  validation: { start: 300, featureNames: ['hour'], columns: [], labels },
};
const scores = Float64Array.from({ length: 100 }, (_, i) => i / 100);
const trained = {
  baselines: { hour: baselineHistogram(hour, 4), score: baselineHistogram(scores, 4) },
  scores,
};

test('the same rows by hour and by segment, features from training, the score from validation', () => {
  const { hour: feature, score } = detailedBaselines(table, split, trained);
  expect(feature).toMatchObject(trained.baselines.hour);
  expect(feature!.hours).toHaveLength(24);
  const total = (rows: readonly number[][]) =>
    rows.reduce((sum, row) => row.map((n, b) => n + sum[b]!), [0, 0, 0, 0]);
  expect(total(feature!.hours!)).toEqual(feature!.counts);
  // Hour 0 knows its own bin only, and the row without a value is in none.
  expect(feature!.hours![0]!.filter((n) => n > 0)).toEqual([13]);
  expect(feature!.hours![7]!.reduce((a, b) => a + b)).toBe(12);

  expect(Object.keys(score!.segments!)).toEqual(['channel:a', 'channel:b']);
  // Rows 300 to 399: a third each, and row 300 is of channel a.
  expect(score!.segments!['channel:a']!.reduce((a, b) => a + b)).toBe(34);
  expect(score!.segments!['channel:b']!.reduce((a, b) => a + b)).toBe(33);
  expect(score!.hours![300 % 24]!.reduce((a, b) => a + b)).toBe(5);
});

import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../lib/kit/clock.ts';
import { trainingRange } from './source.ts';

const usual = { days: 30, label_wait_hours: 24 };
const noon = Date.UTC(2025, 2, 10, 12);

test('without a range it ends at the last midnight whose labels had their time', () => {
  expect(trainingRange(usual, noon)).toEqual({
    fromMs: Date.UTC(2025, 2, 9) - 30 * DAY_MS,
    toMs: Date.UTC(2025, 2, 9),
  });
  expect(trainingRange({ ...usual, label_wait_hours: 36 }, noon + HOUR_MS).toMs).toBe(Date.UTC(2025, 2, 9));
});

test('a given end is taken as it is', () => {
  const to = '2025-03-08T06:00:00.000Z';
  expect(trainingRange({ ...usual, days: 2, to }, noon)).toEqual({
    fromMs: Date.parse(to) - 2 * DAY_MS,
    toMs: Date.parse(to),
  });
});

import { expect, test } from 'vitest';
import { DAY_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { BUSIEST, BUSIEST_THIEVES, season, swung, thievesSeason } from './seasons.ts';

const minutes = Array.from({ length: 28 * 24 * 60 }, (_, i) => OPENING_DAY_MS + i * 60_000);

test('averages to one over four weeks and never exceeds its bound', () => {
  for (const [curve, bound] of [
    [season, BUSIEST],
    [thievesSeason, BUSIEST_THIEVES],
  ] as const) {
    const values = minutes.map(curve);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
    expect(Math.max(...values)).toBeLessThanOrEqual(bound);
    expect(Math.min(...values)).toBeGreaterThan(0);
  }
});

test('Saturday is busier than Monday, noon than night', () => {
  const noon = OPENING_DAY_MS + DAY_MS / 2;
  expect(season(noon + 5 * DAY_MS)).toBeGreaterThan(season(noon));
  expect(season(noon)).toBeGreaterThan(2 * season(OPENING_DAY_MS + DAY_MS / 8));
});

test('swung, a curve shows less and keeps its mean', () => {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = (curve: (timeMs: number) => number) => {
    const values = minutes.map(curve);
    return Math.max(...values) - Math.min(...values);
  };
  expect(swung(season, 1)).toBe(season);
  expect(spread(swung(season, 0.5))).toBeCloseTo(spread(season) / 2, 6);
  expect(mean(minutes.map(swung(season, 0.5)))).toBeCloseTo(1, 1);
  expect(spread(swung(season, 0))).toBe(0);
});

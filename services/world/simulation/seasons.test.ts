import { expect, test } from 'vitest';
import { DAY_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { BUSIEST, BUSIEST_THIEVES, season, thievesSeason } from './seasons.ts';

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

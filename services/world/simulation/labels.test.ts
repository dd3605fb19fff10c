import { expect, test } from 'vitest';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { labelDelay } from './labels.ts';

const hours = (delay?: { medianHours: number; longestHours: number }) => {
  const random = createRandom('labels');
  return Array.from({ length: 20_000 }, () => labelDelay(random, delay) / HOUR_MS).sort((a, b) => a - b);
};

test('half of the labels are known after six hours, all after a day', () => {
  const delays = hours();
  expect(delays[10_000]).toBeGreaterThan(5.7);
  expect(delays[10_000]).toBeLessThan(6.3);
  expect(delays[2_000]).toBeGreaterThan(2);
  expect(delays[18_000]).toBeLessThan(14);
  expect(delays.at(-1)).toBeLessThanOrEqual(24);
  expect(delays[0]).toBeGreaterThan(0);
});

test('a longest delay below the median still holds', () => {
  expect(hours({ medianHours: 48, longestHours: 2 }).at(-1)).toBeLessThanOrEqual(2);
});

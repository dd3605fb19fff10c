import { expect, test } from 'vitest';
import { createClock, DAY_MS, dayName, HOUR_MS, OPENING_DAY_MS, startOfDay } from './clock.ts';

const settings = { wallEpochMs: 1_000_000, businessEpochMs: OPENING_DAY_MS, daySeconds: 60 };

test('a wall minute is a business day, by the epoch all processes share', () => {
  let wall = settings.wallEpochMs;
  const clock = createClock(settings, () => wall);
  expect(clock.iso()).toBe('2025-03-03T00:00:00.000Z');
  wall += 60_000;
  expect(clock.now()).toBe(OPENING_DAY_MS + DAY_MS);
  wall += 2_500;
  expect(clock.iso()).toBe('2025-03-04T01:00:00.000Z');
});

test('stands still until the epoch, and answers whole milliseconds after it', () => {
  let wall = settings.wallEpochMs - 5_000;
  const clock = createClock({ ...settings, daySeconds: 7 }, () => wall);
  expect(clock.now()).toBe(OPENING_DAY_MS);
  wall = settings.wallEpochMs + 1;
  expect(clock.now()).toBeGreaterThan(OPENING_DAY_MS);
  expect(Number.isInteger(clock.now())).toBe(true);
});

test('tells how long business time takes', () => {
  expect(createClock(settings).toWallMs(HOUR_MS)).toBe(2_500);
  expect(createClock({ ...settings, daySeconds: 86_400 }).toWallMs(HOUR_MS)).toBe(HOUR_MS);
});

test('days begin at midnight UTC, before 1970 too, and the bank opened on a Monday', () => {
  expect(startOfDay(OPENING_DAY_MS + 5)).toBe(OPENING_DAY_MS);
  expect(startOfDay(OPENING_DAY_MS)).toBe(OPENING_DAY_MS);
  expect(startOfDay(-1)).toBe(-DAY_MS);
  expect(dayName(OPENING_DAY_MS - 1)).toBe('2025-03-02');
  expect(new Date(OPENING_DAY_MS).getUTCDay()).toBe(1);
});

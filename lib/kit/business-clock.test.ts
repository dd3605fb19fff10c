import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { BusinessClock, settleClock } from './business-clock.ts';
import { HOUR_MS, OPENING_DAY_MS } from './clock.ts';

// A business hour lasts one wall second.
const DAY_SECONDS = 24;

describe('BusinessClock', () => {
  let file: string;
  let wall: number;
  const open = () => new BusinessClock(file, DAY_SECONDS, () => wall);
  beforeEach(() => {
    file = join(mkdtempSync(join(tmpdir(), 'clock-')), 'clock.json');
    wall = Date.UTC(2026, 0, 1);
  });

  test('begins on the opening day', () => {
    const business = open();
    expect(business.now()).toBe(OPENING_DAY_MS);
    business.stop();
  });

  test('stands still while the platform is down', () => {
    const first = open();
    wall += 5_000;
    first.stop();
    wall += 3_600_000;
    const second = open();
    expect(second.now()).toBe(OPENING_DAY_MS + 5 * HOUR_MS);
    second.stop();
  });

  test('changes its pace without a jump', () => {
    const business = open();
    wall += 2_000;
    business.pace(86_400);
    expect(business.now()).toBe(OPENING_DAY_MS + 2 * HOUR_MS);
    wall += 3_000;
    expect(business.now()).toBe(OPENING_DAY_MS + 2 * HOUR_MS + 3_000);
    expect(business.settings.daySeconds).toBe(86_400);
    business.stop();
  });

  test('stands for a while when it is told to, and goes on without a jump', () => {
    const business = open();
    wall += 2_000;
    business.standFor(5_000);
    wall += 4_000;
    expect(business.now()).toBe(OPENING_DAY_MS + 2 * HOUR_MS);
    wall += 3_000;
    expect(business.now()).toBe(OPENING_DAY_MS + 4 * HOUR_MS);
    business.stop();
  });

  test('after a crash goes on from when the orphans were ended, because they lived in that time', () => {
    const crashed = open();
    wall += 7_000;
    settleClock(file, () => wall);
    const next = open();
    expect(next.now()).toBe(OPENING_DAY_MS + 7 * HOUR_MS);
    next.stop();
    crashed.stop();
  });
});

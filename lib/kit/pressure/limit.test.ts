import { expect, test } from 'vitest';
import { AdaptiveLimit } from './limit.ts';

const BOUNDS = { min: 10, max: 100, targetMs: 50 };

/** A limit that has found its way to `start`. */
function make(start: number, bounds = { ...BOUNDS }): AdaptiveLimit {
  const { min } = bounds;
  const limit = new AdaptiveLimit(() => bounds);
  bounds.min = start;
  limit.sample(0, start, 0);
  bounds.min = min;
  return limit;
}

/** A round of answers, one for each place that is taken. */
function round(limit: AdaptiveLimit, tookMs: number, nowMs: number, underWay = limit.value): void {
  for (let i = 0; i < underWay; i++) limit.sample(tookMs, underWay, nowMs);
}

test('it begins at the lower bound', () => {
  expect(new AdaptiveLimit(() => BOUNDS).value).toBe(10);
});

test('a round of quick answers that needs the places brings about one more', () => {
  const limit = make(20);
  for (let r = 0; r < 5; r++) round(limit, 10, r);
  expect(limit.value).toBeGreaterThanOrEqual(24);
  expect(limit.value).toBeLessThanOrEqual(25);
});

test('quick answers of a half empty house bring none', () => {
  const limit = make(20);
  for (let r = 0; r < 50; r++) round(limit, 10, r, 9);
  expect(limit.value).toBe(20);
});

test('a crowd of late answers takes a tenth, once in a while', () => {
  const limit = make(50);
  round(limit, 60, 1_000);
  expect(limit.value).toBe(45);
  round(limit, 60, 1_049);
  expect(limit.value).toBe(45);
  round(limit, 60, 1_050);
  expect(limit.value).toBe(40);
});

test('it stays within its bounds, also when they move', () => {
  const bounds = { ...BOUNDS };
  const limit = make(50, bounds);
  for (let r = 0; r < 100; r++) round(limit, 60, r * 100);
  expect(limit.value).toBe(10);
  for (let r = 0; r < 500; r++) round(limit, 10, 1e6 + r);
  expect(limit.value).toBe(100);
  bounds.max = 30;
  expect(limit.value).toBe(30);
});

/** A server that answers at most `perMs` requests a ms: the more are under way, the longer each takes. */
test('it finds the number of requests that a server answers within the target', () => {
  const limit = make(100);
  const perMs = 0.4;
  let nowMs = 0;
  for (let r = 0; r < 200; r++) {
    const tookMs = limit.value / perMs;
    nowMs += tookMs;
    round(limit, tookMs, nowMs);
  }
  expect(limit.value).toBeGreaterThanOrEqual(17);
  expect(limit.value).toBeLessThanOrEqual(21);
});

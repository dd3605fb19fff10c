import { expect, test } from 'vitest';
import { createSettings } from '../../../lib/kit/settings.ts';
import { RETRY_SETTINGS, RetryBudget } from './retry-budget.ts';

function open(initial: Record<string, unknown> = {}) {
  const settings = createSettings(RETRY_SETTINGS, { 'retry.min_per_second': 0, ...initial });
  const clock = { ms: 0 };
  const budget = new RetryBudget(settings, () => clock.ms);
  /** All of `count` requests want a second try; how many get one. */
  const fail = (count: number) => {
    let granted = 0;
    for (let i = 0; i < count; i++) {
      budget.deposit();
      if (budget.withdraw()) granted++;
    }
    return granted;
  };
  return { settings, clock, budget, fail };
}

test('when everything fails, a share of the requests is tried again', () => {
  const { fail } = open({ 'retry.ratio': 0.2 });
  fail(10);
  expect(fail(1_000)).toBe(200);
});

test('beside the share time allows some, and saves up ten seconds of it', () => {
  const { fail, clock } = open({ 'retry.ratio': 0, 'retry.min_per_second': 5 });
  expect(fail(100)).toBe(50);
  clock.ms += 1_000;
  expect(fail(100)).toBe(5);
  clock.ms += 3_600_000;
  expect(fail(100)).toBe(50);
});

test('requests that go well save no more than that either', () => {
  const { budget } = open({ 'retry.ratio': 0.5, 'retry.min_per_second': 1 });
  for (let i = 0; i < 1_000; i++) budget.deposit();
  const granted = Array.from({ length: 30 }, () => budget.withdraw());
  expect(granted.filter(Boolean)).toHaveLength(10);
});

test('switched off it grants everything', () => {
  const { settings, fail } = open({ 'retry.ratio': 0 });
  expect(fail(50)).toBeLessThanOrEqual(1);
  settings.patch({ 'retry.budget': false });
  expect(fail(50)).toBe(50);
});

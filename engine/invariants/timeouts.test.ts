import { expect, test } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import timeouts from './timeouts.ts';

type Settings = Record<string, Record<string, unknown>>;

const BEFORE: Settings = {
  gateway: { 'upstream.timeout_ms': 1_000, 'upstream.retries': 1 },
  'inference-eu': { 'features.timeout_ms': 50 },
  'inference-us': { 'features.timeout_ms': 50 },
};

const contextOf = (settings: Settings) =>
  ({ target: { settings: async (workload: string) => settings[workload] } }) as unknown as DrillContext;
const baseline = await timeouts.capture(contextOf(BEFORE));
const violations = (changed: Settings) => timeouts.violations(contextOf({ ...BEFORE, ...changed }), baseline);

test('only timeouts are remembered, of everybody in the path', () => {
  expect(baseline).toEqual({
    'gateway upstream.timeout_ms': 1_000,
    'inference-eu features.timeout_ms': 50,
    'inference-us features.timeout_ms': 50,
  });
});

test('as before, and shorter, is fine; so is any other setting', async () => {
  expect(await violations({ gateway: { 'upstream.timeout_ms': 500, 'upstream.retries': 3 } })).toEqual([]);
});

test('whoever waits longer is told with both figures', async () => {
  expect(await violations({ 'inference-us': { 'features.timeout_ms': 5_000 } })).toEqual([
    'inference-us features.timeout_ms was 50 ms and is 5000 ms',
  ]);
});

test('0 is no limit: the longest wait of all', async () => {
  const changed = { 'inference-eu': { 'features.timeout_ms': 0 } };
  expect(await violations(changed)).toEqual([
    'inference-eu features.timeout_ms was 50 ms and is without limit',
  ]);
  const unbounded = await timeouts.capture(contextOf({ ...BEFORE, ...changed }));
  expect(await timeouts.violations(contextOf(BEFORE), unbounded)).toEqual([]);
});

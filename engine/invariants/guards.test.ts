import { expect, test } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import guards from './guards.ts';

const STRICT = {
  'model.golden_requests': true,
  'model.max_row_ms': 50,
  'quality.breaker': 'enforce',
  'quality.invalid_ratio': 0.05,
  'quality.max_psi': 1,
  'quality.window': 300,
  'batch.max_rows': 16,
};
const before = { 'inference-eu': STRICT, 'inference-us': { ...STRICT, 'quality.breaker': 'off' } };

const contextOf = (settings: Record<string, Record<string, unknown>>) =>
  ({ target: { settings: async (workload: string) => settings[workload] } }) as unknown as DrillContext;
const violations = async (changed: Record<string, unknown>) => {
  const baseline = await guards.capture(contextOf(before));
  const settings = Object.entries(before).map(([name, own]) => [name, { ...own, ...changed }]);
  return guards.violations(contextOf(Object.fromEntries(settings)), baseline);
};

test('as before, stricter, and any other setting is fine', async () => {
  expect(await violations({})).toEqual([]);
  const stricter = { 'quality.breaker': 'enforce', 'quality.max_psi': 0.5, 'quality.window': 200 };
  expect(await violations({ ...stricter, 'batch.max_rows': 1 })).toEqual([]);
});

test('a guard that was off may stay off; one that was on may not be', async () => {
  expect(await violations({ 'quality.breaker': 'observe' })).toEqual([
    'inference-eu quality.breaker was enforce and is observe',
  ]);
});

test.each([
  ['model.golden_requests', false],
  ['model.max_row_ms', 500],
  ['model.max_row_ms', 0],
  ['quality.invalid_ratio', 0.5],
  ['quality.max_psi', 1e9],
  ['quality.window', 100_000],
])('%s at %s lets more pass, and is told for both regions', async (setting, value) => {
  expect(await violations({ [setting]: value })).toEqual(
    ['inference-eu', 'inference-us'].map((workload) => expect.stringContaining(`${workload} ${setting} was`)),
  );
});

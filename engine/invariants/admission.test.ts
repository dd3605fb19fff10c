import { expect, test } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import admission from './admission.ts';

const on = (gateway: boolean, inference: boolean) =>
  ({
    target: {
      settings: async (workload: string) => ({
        'admission.enabled': workload === 'gateway' ? gateway : inference,
      }),
    },
  }) as unknown as DrillContext;
const baseline = await admission.capture(on(true, false));

test('a guard that was on has to be on, one that was off may be either', async () => {
  expect(await admission.violations(on(true, false), baseline)).toEqual([]);
  expect(await admission.violations(on(true, true), baseline)).toEqual([]);
});

test('whoever takes in everything now is named', async () => {
  expect(await admission.violations(on(false, true), baseline)).toEqual([
    'gateway takes in everything, and did not before',
  ]);
});

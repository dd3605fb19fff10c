import { expect, test } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import limits from './limits.ts';

type Resources = Record<string, Record<string, string>>;
const contextOf = (resources: Record<string, Resources>) =>
  ({
    target: { name: 'kubernetes' },
    cluster: {
      get: async (path: string) => ({
        spec: { template: { spec: { containers: [{ resources: resources[path.split('/')[5]!] }] } } },
      }),
    },
  }) as unknown as DrillContext;
const BOUNDED = { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } };
const before = { 'firedrill-eu': BOUNDED, 'firedrill-us': BOUNDED };
const violations = async (after: Resources) =>
  limits.violations(contextOf({ ...before, 'firedrill-us': after }), await limits.capture(contextOf(before)));

test('another amount is fine, and so is one more', async () => {
  expect(await violations({ ...BOUNDED, limits: { memory: '1Gi', cpu: '1' } })).toEqual([]);
});

test('what is not asked for or not bounded any more is told for its region', async () => {
  expect(await violations({ requests: { cpu: '250m' } })).toEqual([
    'firedrill-us/inference had limits memory, requests memory, and has not any more',
  ]);
});

import { expect, test } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import readiness from './readiness.ts';

const asking = (path: string) => ({ readinessProbe: { httpGet: { path, port: 'http' } } });
const contextOf = (containers: Record<string, object>) =>
  ({
    target: { name: 'kubernetes' },
    cluster: {
      get: async (path: string) => {
        const container = containers[path.split('/')[5]!];
        return container && { spec: { template: { spec: { containers: [container] } } } };
      },
    },
  }) as unknown as DrillContext;
const before = { 'firedrill-eu': asking('/readyz'), 'firedrill-us': asking('/readyz') };
const violations = async (after: Record<string, object>) =>
  readiness.violations(contextOf(after), await readiness.capture(contextOf(before)));

test('asked where it was asked is fine, whatever else there is to a probe', async () => {
  const patient = { readinessProbe: { ...asking('/readyz').readinessProbe, periodSeconds: 30 } };
  expect(await violations({ ...before, 'firedrill-us': patient })).toEqual([]);
});

test.each([
  ['no probe', {}, 'is not asked any more'],
  ['another path', asking('/healthz'), 'is asked at /healthz'],
  ['a probe that opens a socket', { readinessProbe: { tcpSocket: {} } }, 'is not asked any more'],
])('%s is told for the region that has it', async (_name, container, is) => {
  expect(await violations({ ...before, 'firedrill-us': container })).toEqual([
    `firedrill-us/inference was asked at /readyz whether it is ready, and ${is}`,
  ]);
});

test('a Deployment that is gone is asked by nobody', async () => {
  expect(await violations({ 'firedrill-eu': before['firedrill-eu'] })).toEqual([
    'firedrill-us/inference was asked at /readyz whether it is ready, and is not asked any more',
  ]);
});

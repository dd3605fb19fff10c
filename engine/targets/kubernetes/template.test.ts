import { expect, test } from 'vitest';
import { BUILT_IN, type Revision } from '../target.ts';
import { changeIn, codeOf, imageOf, probeOf, releaseOf } from './template.ts';

const NOW: Revision = {
  revision: 3,
  at: '2025-03-03T10:00:00Z',
  actor: 'ada',
  reason: 'CHG-1',
  environment: { MODEL_ALIAS: 'champion', REGION: 'eu' },
  settings: {},
  code: BUILT_IN,
};
const deployment = (
  env: { name: string; value?: string }[],
  image = imageOf(BUILT_IN),
  cause = 'ada: CHG-1',
) => ({
  metadata: { name: 'inference', annotations: { 'kubernetes.io/change-cause': cause } },
  spec: { template: { spec: { containers: [{ name: 'inference', image, env }] } } },
});
const AS_IT_IS = [
  { name: 'REGION', value: 'eu' },
  { name: 'MODEL_ALIAS', value: 'champion' },
];

test('an image is a release, and a release an image', () => {
  for (const code of [BUILT_IN, '3fa9c1d20b7e']) expect(codeOf(imageOf(code))).toBe(code);
  expect(imageOf(BUILT_IN)).toBe('firedrill/services:built-in');
});

test.each(['nginx:1', 'firedrill/services', 'firedrill/trainer:built-in'])('%s is none of ours', (image) => {
  expect(codeOf(image)).toBeUndefined();
});

test('a container is asked where its manifest says, and not at all without a probe', () => {
  const container = { name: 'inference', image: 'firedrill/services:built-in' };
  expect(probeOf({ ...container, readinessProbe: { httpGet: { path: '/healthz' } } })).toEqual({
    http: '/healthz',
  });
  expect(probeOf(container)).toBeUndefined();
});

test('a revision is released with its environment and nothing besides', () => {
  expect(releaseOf(NOW, 'inference', 2, { restarted: 'now' })).toEqual({
    metadata: { annotations: { 'kubernetes.io/change-cause': 'ada: CHG-1' } },
    spec: {
      replicas: 2,
      template: {
        metadata: { annotations: { restarted: 'now' } },
        spec: {
          containers: [
            {
              name: 'inference',
              image: 'firedrill/services:built-in',
              env: [
                { name: 'MODEL_ALIAS', value: 'champion' },
                { name: 'REGION', value: 'eu' },
                { $patch: 'replace' },
              ],
            },
          ],
        },
      },
    },
  });
});

test('what says the same in another order is no change', () => {
  expect(changeIn(deployment(AS_IT_IS), NOW)).toBeUndefined();
});

test('a variable that came, changed or went is a change by kubectl', () => {
  expect(changeIn(deployment([{ name: 'REGION', value: 'us' }, { name: 'NEW' }]), NOW)).toEqual({
    code: BUILT_IN,
    change: {
      actor: 'kubectl',
      reason: 'changed in the cluster',
      environment: { MODEL_ALIAS: null, REGION: 'us', NEW: '' },
    },
  });
});

test('so is another image, with the cause its author gave', () => {
  const changed = changeIn(deployment(AS_IT_IS, 'firedrill/services:3fa9c1d20b7e', 'train: CHG-9'), NOW);
  expect(changed).toMatchObject({ code: '3fa9c1d20b7e', change: { reason: 'train: CHG-9' } });
});

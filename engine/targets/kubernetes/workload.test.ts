import { expect, test } from 'vitest';
import { BUILT_IN } from '../target.ts';
import { codeOf, imageOf, probeOf } from './workload.ts';

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

import { expect, test } from 'vitest';
import { BUILT_IN } from '../target.ts';
import { codeOf, imageOf } from './workload.ts';

test('an image is a release, and a release an image', () => {
  for (const code of [BUILT_IN, '3fa9c1d20b7e']) expect(codeOf(imageOf(code))).toBe(code);
  expect(imageOf(BUILT_IN)).toBe('firedrill/services:built-in');
});

test.each(['nginx:1', 'firedrill/services', 'firedrill/trainer:built-in'])('%s is none of ours', (image) => {
  expect(codeOf(image)).toBeUndefined();
});

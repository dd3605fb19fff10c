import { expect, test } from 'vitest';
import { mergePatch } from './merge-patch.ts';

test('merge patch follows RFC 7396', () => {
  expect(mergePatch({ a: 'b', c: { d: 'e', f: 'g' } }, { a: 'z', c: { f: null } })).toEqual({
    a: 'z',
    c: { d: 'e' },
  });
  expect(mergePatch({ a: [1, 2] }, { a: [3] })).toEqual({ a: [3] });
  expect(mergePatch('text', { a: { b: null, c: 1 } })).toEqual({ a: { c: 1 } });
});

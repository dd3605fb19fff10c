import { expect, test } from 'vitest';
import { parsePairs } from './pairs.ts';

test('values are JSON where they can be, text where they cannot', () => {
  expect(parsePairs(['a.b=3', 'c=true', 'd=eu=us', 'e='])).toEqual({ 'a.b': 3, c: true, d: 'eu=us', e: '' });
});

test('what is not a pair is named', () => {
  expect(() => parsePairs(['rate'])).toThrow('rate is not name=value');
});

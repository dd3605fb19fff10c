import { expect, test } from 'vitest';
import { wholeNumber } from './numbers.ts';

const parse = wholeNumber('a number of lines', { from: 1, to: 20 });

test('whole numbers between the bounds are taken', () => {
  expect([parse('1'), parse('20')]).toEqual([1, 20]);
});

test.each(['0', '21', '-1', '1.5', '1e1', '', 'many'])('%j is refused with what is needed', (text) => {
  expect(() => parse(text)).toThrow('a number of lines is needed.');
});

import { expect, test } from 'vitest';
import { address, seconds, wholeNumber } from './numbers.ts';

const parse = wholeNumber('a number of lines', { from: 1, to: 20 });

test('whole numbers between the bounds are taken', () => {
  expect([parse('1'), parse('20')]).toEqual([1, 20]);
});

test.each(['0', '21', '-1', '1.5', '1e1', '', 'many'])('%j is refused with what is needed', (text) => {
  expect(() => parse(text)).toThrow('a number of lines is needed.');
});

test.each([
  ['1s', 1],
  ['90s', 90],
  ['2m', 120],
  ['24h', 86_400],
])('%s is %d seconds', (text, expected) => {
  expect(seconds(text)).toBe(expected);
});

test.each(['0s', '25h', '30', '1.5m', '-1s', '1m30s', 'soon', ''])('%j is no time', (text) => {
  expect(() => seconds(text)).toThrow('a time from 1s to 24h is needed');
});

test.each(['http://127.0.0.1:4000', 'http://127.0.0.1:4000/', 'https://bank.example'])(
  '%s is an address',
  (text) => {
    expect(address(text)).toBe(text.replace(/\/$/, ''));
  },
);

test.each(['127.0.0.1:4000', 'ftp://x', 'http://x/v1/score', 'http://x?a=b', 'http://', ''])(
  '%j is no address',
  (text) => {
    expect(() => address(text)).toThrow('an address such as');
  },
);

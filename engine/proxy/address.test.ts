import { expect, test } from 'vitest';
import { formatAddress, parseAddress } from './address.ts';

test.each([
  ['127.0.0.1:6379', { host: '127.0.0.1', port: 6379 }],
  ['redis:6379', { host: 'redis', port: 6379 }],
  ['[::1]:80', { host: '::1', port: 80 }],
  [':4579', { host: '127.0.0.1', port: 4579 }],
  ['', { host: '127.0.0.1', port: 0 }],
])('reads "%s"', (text, address) => expect(parseAddress(text, 'listen')).toEqual(address));

test.each(['6379', 'redis', '::1:80', 'redis:65536', 'redis:', 'http://redis:6379'])(
  'refuses "%s"',
  (text) => {
    expect(() => parseAddress(text, 'upstream')).toThrow(`upstream must be "host:port"`);
  },
);

test('writes IPv6 with brackets', () => {
  expect(formatAddress({ host: '::1', port: 80 })).toBe('[::1]:80');
  expect(formatAddress({ host: 'redis', port: 6379 })).toBe('redis:6379');
});

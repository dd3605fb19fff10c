import { expect, test } from 'vitest';
import { timeOf } from './timestamps.ts';

test.each([
  ['{"level":"info","time":"2026-11-21T09:41:42.057Z","msg":"x"}', Date.UTC(2026, 10, 21, 9, 41, 42, 57)],
  ['ts=2026-11-21T09:41:42.057Z caller=main.go:1 level=info', Date.UTC(2026, 10, 21, 9, 41, 42, 57)],
  [
    '4711:M 21 Nov 2026 09:41:42.057 * Ready to accept connections',
    new Date(2026, 10, 21, 9, 41, 42, 57).getTime(),
  ],
  ['    at main (file.ts:1:1)', undefined],
  ['ts=yesterday', undefined],
])('reads the time of %s', (line, at) => {
  expect(timeOf(line)).toBe(at);
});

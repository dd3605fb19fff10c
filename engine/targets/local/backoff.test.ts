import { expect, test } from 'vitest';
import { restartDelayMs } from './backoff.ts';

test('the first restart is immediate, later ones wait twice as long each, up to a bound', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 20].map((crashes) => restartDelayMs(crashes))).toEqual([
    0, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
  ]);
});

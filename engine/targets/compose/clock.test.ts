import { expect, test } from 'vitest';
import { OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { FollowedClock } from './clock.ts';
import { lineOf } from './logs.ts';

test('business time stands at the opening until the clock of the bank is followed', () => {
  const clock = new FollowedClock(60);
  expect(clock.now()).toBe(OPENING_DAY_MS);
  expect(clock.settings.daySeconds).toBe(60);
  const noon = OPENING_DAY_MS + 43_200_000;
  // Ten seconds from now: meanwhile it stands.
  const wall = Date.now() + 10_000;
  clock.follow(`CLOCK_WALL_EPOCH_MS=${wall}\nCLOCK_BUSINESS_EPOCH_MS=${noon}\nDRILL_DAY_SECONDS=30\n`);
  expect(clock.iso()).toBe('2025-03-03T12:00:00.000Z');
  expect(clock.toWallMs(86_400_000)).toBe(30_000);
});

test("a line of a container has Docker's time and what it wrote", () => {
  expect(lineOf('2026-11-22T01:02:03.123456789Z {"msg":"up"}')).toEqual({
    at: Date.UTC(2026, 10, 22, 1, 2, 3, 123),
    replica: 0,
    text: '{"msg":"up"}',
  });
  expect(lineOf('Error response from daemon')).toMatchObject({ at: 0, text: 'Error response from daemon' });
});

import { expect, test } from 'vitest';
import { waitFor } from './wait.ts';

test('answers what the look found, at once when it is there', async () => {
  expect(await waitFor('a value', () => 7, { deadlineMs: 0 })).toBe(7);
});

test('looks again while nothing is there, counting 0 and the empty string as found', async () => {
  const answers = [undefined, false, undefined, 0] as const;
  let looks = 0;
  const found = await waitFor('the fourth answer', () => answers[looks++], { deadlineMs: 5_000, everyMs: 1 });
  expect(found).toBe(0);
  expect(looks).toBe(4);
});

test('says at the deadline which condition did not come true and the last error', async () => {
  const look = () => {
    throw new Error('connection refused');
  };
  await expect(waitFor('the log to answer', look, { deadlineMs: 20, everyMs: 5 })).rejects.toMatchObject({
    code: 'WAIT_DEADLINE',
    status: 504,
    message: 'waited 0 s for the log to answer (last: connection refused)',
  });
});

test('does not name an error that has gone away since', async () => {
  let looks = 0;
  const look = () => {
    looks += 1;
    if (looks === 1) throw new Error('first look');
    return undefined;
  };
  const waiting = waitFor('more', look, { deadlineMs: 20, everyMs: 5 });
  await expect(waiting).rejects.toThrow(/^waited 0 s for more$/);
});

test('an abort ends the wait with its own reason, during a look or between two', async () => {
  const between = new AbortController();
  const waiting = waitFor('nothing', () => undefined, {
    deadlineMs: 60_000,
    everyMs: 60_000,
    signal: between.signal,
  });
  between.abort(new Error('the process left'));
  await expect(waiting).rejects.toThrow('the process left');

  const before = AbortSignal.abort(new Error('already over'));
  await expect(waitFor('x', () => true, { deadlineMs: 1, signal: before })).rejects.toThrow('already over');
});

import { expect, test } from 'vitest';
import { repeat } from './repeat.ts';
import { waitFor } from './wait.ts';

const within = { deadlineMs: 5_000, everyMs: 1 };

function listen() {
  const said: string[] = [];
  const logger = {
    warn: (_about: unknown, text: string) => void said.push(text),
    info: (_about: unknown, text: string) => void said.push(text),
  } as unknown as Parameters<typeof repeat>[0]['logger'];
  return { said, logger };
}

test('turns follow each other, never two at a time, until it is stopped', async () => {
  let running = 0;
  let most = 0;
  let turns = 0;
  const stop = repeat({
    name: 'count',
    everyMs: 1,
    logger: listen().logger,
    async run() {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      turns++;
    },
  });
  await waitFor('five turns', () => turns >= 5, within);
  await stop();
  const after = turns;
  await new Promise((resolve) => setImmediate(resolve));
  expect(turns).toBe(after);
  expect(most).toBe(1);
});

test('a row of failures is logged where it begins and where it ends', async () => {
  const { said, logger } = listen();
  let turns = 0;
  const stop = repeat({
    name: 'stumble',
    everyMs: 1,
    logger,
    async run() {
      if (++turns <= 3) throw new Error('not yet');
    },
  });
  await waitFor('recovery', () => turns >= 6, within);
  await stop();
  expect(said).toEqual(['failed, trying again', 'works again']);
});

test('stopping aborts the turn in hand without a complaint', async () => {
  const { said, logger } = listen();
  let begun = false;
  const stop = repeat({
    name: 'wait',
    everyMs: 1,
    logger,
    run: (signal) =>
      new Promise((_resolve, reject) => {
        begun = true;
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
  });
  await waitFor('the turn to begin', () => begun, within);
  await stop();
  expect(said).toEqual([]);
});

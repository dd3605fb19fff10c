import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import { type Identity, identify, lives } from '../targets/local/identity.ts';
import { armable } from '../testbed.ts';
import redisNeighbour from './redis-neighbour.ts';

const within = { deadlineMs: 20_000, everyMs: 20 };
type Undo = { id: string; process: Identity };

let server: RedisServer;
let online: Redis;
let context: DrillContext;
let fault: ReturnType<typeof armable>;
let undo: Undo;
beforeEach(async () => {
  server = await startRedis();
  online = await server.connect();
  await online.set('features:row', '{}');
  context = { scratch: mkdtempSync(join(tmpdir(), 'neighbour-')), online } as DrillContext;
});
afterEach(async () => {
  await fault.clear(undo);
  await server.stop();
  rmSync(context.scratch, { recursive: true, force: true });
});

async function inject(given: Record<string, unknown>): Promise<void> {
  fault = armable(redisNeighbour, context, given);
  undo = (await fault.inject()) as Undo;
}
const clients = async () => (await online.client('LIST')) as string;
const idOf = async () => /^id=(\d+) .*\bname=reporting-job\b/m.exec(await clients())?.[1];
const calls = async (command: string) =>
  Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await online.info('commandstats'))?.[1] ?? 0);
/** Entries of SLOWLOG by name of the client: id, time, microseconds, arguments, address, name. */
const slow = async () =>
  ((await online.slowlog('GET', 20)) as [number, number, number, string[], string, string][]).filter(
    ([, , , , , name]) => name === 'reporting-job',
  );

test('everything shows who makes the others wait', async () => {
  // Also on a machine many times as fast: more than the 10 ms from which Redis keeps a command.
  await inject({ work: 'sort', elements: 400_000 });
  expect((await identify(undo.process.pid))?.command).toBe('reporting-job');
  await waitFor('it to be connected', idOf, within);
  await waitFor('several commands', async () => (await calls('sort')) >= 3, within);
  const [entry] = await slow();
  expect(entry?.[3]?.[0]).toBe('sort');
});

test('on a quick machine it brings more along, until a command takes as long as asked', async () => {
  await inject({ work: 'sort', elements: 2_000, commandMs: 50 });
  const [rows] = await online.keys('reporting-job:*:rows');
  expect(await online.llen(rows!)).toBeGreaterThan(10_000);
  await fault.clear(undo);
  expect(await online.keys('*')).toEqual(['features:row']);
});

test.each(['keys', 'lrange', 'lua'] as const)(
  '%s runs again and again, and its data go with it',
  async (work) => {
    await inject({ work, elements: 2_000 });
    const command = work === 'lua' ? 'eval' : work;
    await waitFor('several commands', async () => (await calls(command)) >= 3, within);
    await fault.clear(undo);
    expect(await lives(undo.process)).toBe(false);
    expect(await online.keys('*')).toEqual(['features:row']);
  },
);

test('CLIENT KILL helps for a moment: it comes back and goes on', async () => {
  await inject({ elements: 2_000 });
  const first = await waitFor('it to be connected', idOf, within);
  await online.client('KILL', 'ID', first);
  const second = await waitFor('it to be back', idOf, within);
  expect(second).not.toBe(first);
  const before = await calls('sort');
  await waitFor('more commands', async () => (await calls('sort')) > before, within);
});

test('whoever deletes its data is shown that it makes them again', async () => {
  await inject({ elements: 2_000 });
  await waitFor('a command', async () => (await calls('sort')) > 0, within);
  await online.unlink(...(await online.keys('reporting-job:*')));
  await waitFor(
    'its list to be back',
    () => online.keys('reporting-job:*:rows').then(([key]) => key),
    within,
  );
});

test('ending its process is the cure, and a new engine leaves it at that', async () => {
  await inject({ elements: 2_000 });
  process.kill(undo.process.pid, 'SIGTERM');
  await waitFor('it to be gone', async () => !(await lives(undo.process)), within);
  await fault.rearm(undo);
  await waitFor('nobody of that name', async () => (await idOf()) === undefined, within);
  await fault.clear(undo);
  expect(await online.keys('*')).toEqual(['features:row']);
});

import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import { armable, contextOf } from '../testbed.ts';
import redisTtl from './redis-ttl.ts';

const ROWS = 1_500;
const ours = 'features:fraud@1:card:*';

let server: RedisServer;
let online: Redis;
let context: DrillContext;
beforeEach(async () => {
  server = await startRedis();
  online = await server.connect();
  context = contextOf({ online });
  await online.mset(Array.from({ length: ROWS }, (_, i) => [`features:fraud@1:card:${i}`, '{}']).flat());
  await online.set('features:fraud@1:device:1', '{}');
});
afterEach(() => server.stop());

const armed = (given: Record<string, unknown>) => armable(redisTtl, context, { pattern: ours, ...given });
const expiry = (key: string) => online.pexpiretime(`features:fraud@1:${key}`);
async function expiries(): Promise<Set<number>> {
  const pipeline = online.pipeline();
  for (let i = 0; i < ROWS; i++) pipeline.pexpiretime(`features:fraud@1:card:${i}`);
  return new Set(((await pipeline.exec()) ?? []).map(([, at]) => Number(at)));
}

test('all rows of the pattern get one moment, others none; clear takes it off again, twice', async () => {
  const fault = armed({ seconds: 600, batch: 100 });
  const undo = await fault.inject();
  const { at } = undo as { at: number };
  expect(await expiries()).toEqual(new Set([at]));
  expect(await expiry('device:1')).toBe(-1);
  await fault.clear(undo);
  await fault.clear(undo);
  expect(await expiries()).toEqual(new Set([-1]));
});

test('they go together, and what is gone stays gone', async () => {
  const fault = armed({ seconds: 0.2 });
  const undo = await fault.inject();
  await waitFor('all of them to be gone', async () => (await online.dbsize()) === 1, {
    deadlineMs: 20_000,
    everyMs: 20,
  });
  await fault.clear(undo);
  expect(await online.keys('*')).toEqual(['features:fraud@1:device:1']);
});

test('a row written anew is its writer’s, and an expiry of before comes back', async () => {
  const later = Date.now() + 3_600_000;
  await online.pexpireat('features:fraud@1:card:7', later);
  const fault = armed({ seconds: 600 });
  const undo = await fault.inject();
  await online.set('features:fraud@1:card:8', '{"new":1}');
  expect(await expiry('card:8')).toBe(-1);
  await online.expire('features:fraud@1:card:9', 5_000);
  const own = await expiry('card:9');
  await fault.clear(undo);
  expect([await expiry('card:7'), await expiry('card:8'), await expiry('card:9')]).toEqual([later, -1, own]);
});

test('removes expiries and sets them again', async () => {
  const later = Date.now() + 3_600_000;
  await online.pexpireat('features:fraud@1:card:7', later);
  const fault = armed({ seconds: null });
  const undo = await fault.inject();
  expect(await expiry('card:7')).toBe(-1);
  await fault.clear(undo);
  expect(await expiry('card:7')).toBe(later);
  expect(await expiry('card:8')).toBe(-1);
});

test('an engine that died in the middle leaves nothing that clear does not find', async () => {
  const fault = armed({ seconds: 600 });
  await fault.inject();
  await fault.clear(undefined);
  expect(await expiries()).toEqual(new Set([-1]));
});

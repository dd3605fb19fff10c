import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import { armable, contextOf } from '../testbed.ts';
import redisConfig from './redis-config.ts';

let servers: RedisServer[];
let online: Redis;
let logRedis: Redis;
let context: DrillContext;
beforeEach(async () => {
  servers = [await startRedis(), await startRedis()];
  online = await servers[0]!.connect();
  logRedis = await servers[1]!.connect();
  context = contextOf({ online, logRedis });
});
afterEach(() => Promise.all(servers.map((server) => server.stop())));

const armed = (given: Record<string, unknown>) => armable(redisConfig, context, given);
const value = async (name: string, redis = online) =>
  ((await redis.config('GET', name)) as string[])[1] ?? '';
const evicted = async () => Number(/evicted_keys:(\d+)/.exec(await online.info('stats'))?.[1]);

test('sets what it is told and brings back what was there, twice', async () => {
  await online.config('SET', 'maxmemory', '300mb');
  const fault = armed({ parameters: { maxmemory: '200mb', timeout: '60', appendfsync: 'no' } });
  const undo = await fault.inject();
  expect([await value('maxmemory'), await value('timeout'), await value('appendfsync')]).toEqual([
    String(200 * 2 ** 20),
    '60',
    'no',
  ]);
  await fault.clear(undo);
  await online.config('SET', 'timeout', '5');
  await fault.clear(undo);
  expect([await value('maxmemory'), await value('timeout'), await value('appendfsync')]).toEqual([
    String(300 * 2 ** 20),
    '0',
    'everysec',
  ]);
});

test('a fraction of what is used makes evictions begin', async () => {
  const row = 'x'.repeat(2_000);
  for (let i = 0; i < 20; i++)
    await online.mset(Array.from({ length: 200 }, (_, j) => [`row:${i}:${j}`, row]).flat());
  const fault = armed({ maxmemoryOfUsed: 0.8, parameters: { 'maxmemory-policy': 'allkeys-lru' } });
  const before = await online.dbsize();
  const undo = await fault.inject();
  await online.set('one more', row);
  await waitFor('rows to be evicted', async () => (await evicted()) > 0, { deadlineMs: 10_000, everyMs: 20 });
  expect(await online.dbsize()).toBeLessThan(before);
  await fault.clear(undo);
  expect([await value('maxmemory'), await value('maxmemory-policy')]).toEqual(['0', 'noeviction']);
});

test('a full log refuses writes until it is cleared', async () => {
  await logRedis.set('some', 'x'.repeat(1_000_000));
  const fault = armed({ redis: 'redis-log', maxmemoryOfUsed: 0.9 });
  const undo = await fault.inject();
  await expect(logRedis.set('more', 'x')).rejects.toThrow('OOM');
  expect(await value('maxmemory')).toBe('0');
  await fault.clear(undo);
  expect(await logRedis.set('more', 'x')).toBe('OK');
});

test('other parameters, wrong values and contradictions are refused, and nothing is changed', async () => {
  expect(() => armed({ parameters: { dir: '/' } })).toThrow('parameters');
  expect(() => armed({ parameters: { maxmemory: 'much' } })).toThrow('maxmemory');
  expect(() => armed({ parameters: { 'maxmemory-policy': 'all' } })).toThrow('maxmemory-policy');
  await expect(
    armed({ parameters: { maxmemory: '1gb' }, maxmemoryOfUsed: 1 }).inject(),
  ).rejects.toMatchObject({
    code: 'FAULT_MAXMEMORY_TWICE',
  });
  await expect(armed({}).inject()).rejects.toMatchObject({ code: 'FAULT_NOTHING_TO_SET' });
  expect(await value('maxmemory')).toBe('0');
});

import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PORT_OFFSETS } from '../../lib/contract/ports.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import { isThere, newestTrace } from './data.ts';
import { DrillPlatform } from './platform.ts';

let server: RedisServer;
let redis: Redis;
let platform: DrillPlatform;

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.port, '127.0.0.1');
  platform = new DrillPlatform({ home: '', base: server.port - PORT_OFFSETS['redis-log'] });
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

test('what happened in an incident is gone once the data of before are back', async () => {
  expect(await newestTrace(platform)).toBeUndefined();
  await redis.xadd('log:transactions:1', '1-0', 'event', 'before');
  await redis.xadd('log:transactions:1', '2-0', 'event', 'while it was open');
  const trace = await newestTrace(platform);
  expect(trace).toEqual({ partition: 1, position: '2-0' });
  expect(await isThere(platform, trace!)).toBe(true);
  await redis.xdel('log:transactions:1', '2-0');
  expect(await isThere(platform, trace!)).toBe(false);
});

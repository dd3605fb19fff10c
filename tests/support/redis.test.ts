import { afterEach, expect, test } from 'vitest';
import { freePorts } from './ports.ts';
import { DURABLE, type RedisServer, startRedis } from './redis.ts';

let server: RedisServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test('a durable server has what it answered after kill -9, on the same port', async () => {
  server = await startRedis(DURABLE);
  const { pid } = server;
  await (await server.connect()).set('a', '1');
  await server.kill();
  await server.start();
  expect(server.pid).not.toBe(pid);
  expect(await (await server.connect()).get('a')).toBe('1');
});

test('a plain server forgets', async () => {
  server = await startRedis();
  await (await server.connect()).set('a', '1');
  await server.kill();
  await server.start();
  expect(await (await server.connect()).get('a')).toBeNull();
});

test('flags redis-server does not know fail the start at once and say so', async () => {
  await expect(startRedis(['--no-such-flag', 'yes'])).rejects.toThrow('redis-server left with status 1');
});

test('free ports are different from each other', async () => {
  expect(new Set(await freePorts(20)).size).toBe(20);
});

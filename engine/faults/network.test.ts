import { afterEach, beforeEach, expect, test } from 'vitest';
import { waitFor } from '../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import { ProxyClient } from '../proxy/client.ts';
import { createProxyServer } from '../proxy/server.ts';
import { openRedis, portOf } from '../proxy/testbed.ts';
import { armable, contextOf } from '../testbed.ts';
import network from './network.ts';

type Server = Awaited<ReturnType<typeof createProxyServer>>;

let redis: RedisServer;
let server: Server;
let context: DrillContext;

/** A fault proxy of a new engine: it knows its proxies and nothing else. */
async function startProxy(): Promise<void> {
  const upstream = `127.0.0.1:${redis.port}`;
  const proxies = ['redis-online', 'redis-log'].map((name) => ({ name, listen: '127.0.0.1:0', upstream }));
  server = await createProxyServer({ token: 'secret', proxies });
  context = contextOf({ proxy: new ProxyClient({ url: await server.start(), token: 'secret' }) });
}

beforeEach(async () => {
  redis = await startRedis();
  await startProxy();
});
afterEach(async () => {
  await server.stop();
  await redis.stop();
});

const armed = (given: Record<string, unknown>) =>
  armable(network, context, { proxy: 'redis-online', ...given });
const toxics = async (name = 'redis-online') => (await context.proxy.get(name)).toxics;

async function ping(proxy = 'redis-online'): Promise<string> {
  const client = openRedis(portOf((await context.proxy.get(proxy)).listen));
  try {
    return await client.ping();
  } finally {
    client.disconnect();
  }
}

test('answers come later by what was asked for, and in time again afterwards', async () => {
  const slow = armed({ kind: 'latency', latencyMs: 150, jitterMs: 20 });
  const undo = await slow.inject();
  const begin = performance.now();
  expect(await ping()).toBe('PONG');
  // Timers may fire a millisecond early.
  expect(performance.now() - begin).toBeGreaterThan(125);
  await slow.clear(undo);
  expect(await toxics()).toEqual([]);
});

test('every kind sets what it says, under a name that does not', async () => {
  const kinds = [
    [{ kind: 'latency', latencyMs: 5, jitterMs: 1 }, 'latency', { latency: 5, jitter: 1 }],
    [{ kind: 'timeout', afterMs: 7 }, 'timeout', { timeout: 7 }],
    [{ kind: 'reset_peer', afterMs: 3, stream: 'upstream' }, 'reset_peer', { timeout: 3 }],
    [{ kind: 'bandwidth', kilobytesPerSecond: 9, toxicity: 0.5 }, 'bandwidth', { rate: 9 }],
  ] as const;
  const all = kinds.map(([given]) => armed(given));
  const undos = [];
  for (const one of all) undos.push(await one.inject());
  const set = await toxics();
  expect(set.map(({ type, attributes }) => [type, attributes])).toEqual(
    kinds.map(([, type, attributes]) => [type, attributes]),
  );
  expect(set.map(({ stream }) => stream)).toEqual(['downstream', 'downstream', 'upstream', 'downstream']);
  expect(set.map(({ toxicity }) => toxicity)).toEqual([1, 1, 1, 0.5]);
  for (const { name } of set) expect(name).toMatch(/^link-[a-z0-9]+$/);
  expect(await toxics('redis-log')).toEqual([]);
  for (const [i, one] of all.entries()) {
    await one.clear(undos[i]);
    expect(await toxics()).toHaveLength(all.length - 1 - i);
  }
});

test('the same one twice is two, and each is cleared on its own and as often as one likes', async () => {
  const slow = armed({ kind: 'latency', latencyMs: 5 });
  const first = await slow.inject();
  const second = await slow.inject();
  expect(first).not.toEqual(second);
  await slow.clear(second);
  await slow.clear(second);
  expect(await toxics()).toHaveLength(1);
  // An engine that died before it could note what it had set.
  await slow.clear(undefined);
  expect(await toxics()).toEqual([]);
});

test('nobody listens while one fault wants it so, and the other proxy does not notice', async () => {
  const down = armed({ kind: 'down' });
  const undos = [await down.inject(), await down.inject()];
  await expect(ping()).rejects.toThrow();
  expect(await ping('redis-log')).toBe('PONG');
  await down.clear(undos[1]);
  await expect(ping()).rejects.toThrow();
  await down.clear(undos[0]);
  await down.clear(undos[0]);
  expect(await ping()).toBe('PONG');
  expect(await toxics()).toEqual([]);
});

test('a new engine sets again what the old one took with it, once', async () => {
  const before = [armed({ kind: 'down' }), armed({ kind: 'latency', latencyMs: 5 })];
  const undos = [await before[0]!.inject(), await before[1]!.inject()];
  await server.stop();
  await startProxy();
  const after = [armed({ kind: 'down' }), armed({ kind: 'latency', latencyMs: 5 })];
  for (const [i, one] of after.entries()) {
    await one.rearm(undos[i]);
    await one.rearm(undos[i]);
  }
  expect(await toxics()).toHaveLength(2);
  await expect(ping()).rejects.toThrow();
  for (const [i, one] of after.entries()) await one.clear(undos[i]);
  expect(await ping()).toBe('PONG');
});

test('what somebody took away or turned down is noticed, and put back as it was', async () => {
  const all = [armed({ kind: 'down' }), armed({ kind: 'latency', latencyMs: 150, toxicity: 0.5 })] as const;
  const undos = [await all[0].inject(), await all[1].inject()];
  const intact = async () => [await all[0].intact(undos[0]), await all[1].intact(undos[1])];
  const asInjected = await toxics();
  expect(await intact()).toEqual([true, true]);
  const slow = asInjected.find(({ type }) => type === 'latency')!;
  const away = [
    () => context.proxy.update('redis-online', { enabled: true }),
    () => context.proxy.updateToxic('redis-online', slow.name, { attributes: { latency: 1 } }),
    () => context.proxy.updateToxic('redis-online', slow.name, { toxicity: 0.1 }),
    () => context.proxy.reset(),
  ];
  for (const take of away) {
    await take();
    expect(await intact()).toContain(false);
    for (const [i, one] of all.entries()) await one.rearm(undos[i]);
    expect(await intact()).toEqual([true, true]);
  }
  expect(await toxics()).toEqual(expect.arrayContaining(asInjected));
  await expect(ping()).rejects.toThrow();
  for (const [i, one] of all.entries()) await one.clear(undos[i]);
  expect(await ping()).toBe('PONG');
});

test('one that passes is over by itself, and clearing it afterwards does no harm', async () => {
  const stall = armed({ kind: 'latency', latencyMs: 5, forSeconds: 0.2 });
  const undo = await stall.inject();
  expect(await toxics()).toHaveLength(1);
  const over = async () => (await toxics()).length === 0;
  await waitFor('it to pass', over, { deadlineMs: 10_000, everyMs: 20 });
  expect(await stall.intact(undo)).toBe(true);
  await stall.clear(undo);
  await stall.rearm(undo);
  expect(await toxics()).toEqual([]);
});

test('a new engine goes on with one that has not passed, and one that was cleared does not end another', async () => {
  const stall = () => armed({ kind: 'latency', latencyMs: 5, forSeconds: 60 });
  const undo = await stall().inject();
  await server.stop();
  await startProxy();
  await stall().rearm(undo);
  expect(await toxics()).toHaveLength(1);
  await stall().clear(undo);
  expect(await toxics()).toEqual([]);
});

test('what does not make sense is refused with its name', () => {
  expect(() => armed({ kind: 'fire' })).toThrow('kind');
  expect(() => armed({ kind: 'latency', latency: 5 })).toThrow('latency');
});

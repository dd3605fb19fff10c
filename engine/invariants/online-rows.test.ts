import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '../../lib/kit/clock.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import { lostRows, sampleRows, someOf } from '../online-rows.ts';
import onlineRows from './online-rows.ts';

const NOW = Date.UTC(2025, 2, 20);
const CARDS = 40;

let server: RedisServer;
let online: Redis;
let now: number;
let context: DrillContext;
let baseline: Awaited<ReturnType<typeof onlineRows.capture>>;
beforeEach(async () => {
  server = await startRedis();
  online = await server.connect();
  now = NOW;
  context = { online, clock: { now: () => now } } as DrillContext;
  for (let i = 0; i < CARDS; i++) {
    await online.mset(row(i), stream([NOW, `tx-${i}`]), `${row(i)}:nightly`, '{"snapshots":[]}');
  }
  baseline = await onlineRows.capture(context);
});
afterEach(() => server.stop());

const row = (i: number) => `features:fraud@1:card:card-${i}`;
const stream = (...events: [number, string][]) =>
  JSON.stringify({
    updated_at: events.at(-1)![0],
    events: events.map(([ts, id]) => [ts, id, 100, 'm', 'DE', 'd']),
  });
const violations = () => onlineRows.violations(context, baseline);

test('rows that have grown are whole', async () => {
  expect(baseline).toHaveLength(2 * CARDS);
  await online.set(row(3), stream([NOW, 'tx-3'], [NOW + 1, 'tx-new']));
  expect(await violations()).toEqual([]);
});

test('a row that is gone, stream or nightly, is told', async () => {
  await online.del(row(3), `${row(4)}:nightly`);
  expect(await violations()).toEqual([expect.stringMatching(/^2 of 80 rows are gone/)]);
});

test('a row that was lost and begun anew has lost its week', async () => {
  await online.set(row(3), stream([NOW + 1, 'tx-new']));
  expect(await violations()).toEqual([expect.stringMatching(/^1 of 80 rows/)]);
});

test('what has left the window is not missed, in a row or with the whole row of a card that rests', async () => {
  await online.set(row(3), stream([NOW + 8 * DAY_MS, 'tx-new']));
  await online.del(row(4));
  now = NOW + 7 * DAY_MS;
  expect(await violations()).toEqual([expect.stringMatching(/^2 of 80 rows/)]);
  now++;
  expect(await violations()).toEqual([]);
});

test('looking keeps nothing in a store that drops what was used least', async () => {
  const rows = 6_000;
  const batch = 200;
  const write = async (from: number) => {
    const pairs = Array.from({ length: batch }, (_, i) => [row(from + i), stream([NOW, `tx-${from + i}`])]);
    // Redis refuses while it is still making room.
    await waitFor('room', async () => (await online.mset(...pairs.flat())) === 'OK', {
      deadlineMs: 10_000,
      everyMs: 10,
    });
  };
  for (let from = 0; from < rows; from += batch) await write(from);
  const sample = await sampleRows(context);
  const used = Number(/^used_memory:(\d+)/m.exec(await online.info('memory'))![1]);
  await online.config('SET', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', String(Math.floor(used * 0.8)));
  // The consumer fills the store again, and it stays as full as it may be; Redis tells use by the second.
  for (let from = 0; from < 2 * rows; from += batch) {
    await write(from % rows);
    await lostRows(context, someOf(sample));
    await delay(100);
  }
  const looked = someOf(sample);
  expect((await lostRows(context, looked)).length / looked.length).toBeGreaterThan(0.1);
});

import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '../../lib/kit/clock.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import snapshotAge from './snapshot-age.ts';

const MIDNIGHT = Date.UTC(2025, 2, 20);
const NOON = MIDNIGHT + DAY_MS / 2;
const WHICH = { view: 'fraud@1', entity: 'card' };

let server: RedisServer;
let online: Redis;
beforeEach(async () => {
  server = await startRedis();
  online = await server.connect();
});
afterEach(() => server.stop());

const read = () => snapshotAge.read({ online, clock: { now: () => NOON } } as DrillContext, WHICH);
const write = (card: number, ...midnights: number[]) =>
  online.set(
    `features:fraud@1:card:card-${card}:nightly`,
    JSON.stringify({ snapshots: midnights.map((as_of) => ({ as_of, values: {} })) }),
  );
const writeAll = async (...midnights: number[]) => {
  for (let card = 0; card < 40; card++) await write(card, ...midnights);
};

test('is the age of the newest snapshot', async () => {
  await writeAll(MIDNIGHT - DAY_MS, MIDNIGHT);
  expect(await read()).toMatchObject({ value: 12 * 3600 });
});

test('a mark that runs ahead of the rows makes none of them newer', async () => {
  await writeAll(MIDNIGHT - 2 * DAY_MS, MIDNIGHT - DAY_MS);
  await online.set('features:fraud@1:materialized', new Date(NOON).toISOString());
  expect(await read()).toMatchObject({ value: 36 * 3600 });
});

test('a few cards that nobody has heard of since do not decide', async () => {
  await writeAll(MIDNIGHT);
  for (let card = 0; card < 10; card++) await write(card, MIDNIGHT - 9 * DAY_MS);
  expect(await read()).toMatchObject({ value: 12 * 3600 });
});

test('without rows nothing is known', async () => {
  await write(1, MIDNIGHT);
  expect(await read()).toMatchObject({ value: undefined, detail: '1 nightly rows to look at' });
});

import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transaction } from '../../../lib/contract/transaction.ts';
import { applyEvent } from '../../../lib/features/apply.ts';
import { filledKey, rowKey } from '../../../lib/features/keys.ts';
import { decodeStreamRow } from '../../../lib/features/rows.ts';
import { parseView } from '../../../lib/features/view.ts';
import { eventOf } from '../../../tests/support/feature-store.ts';
import { type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import { loadDefinitions } from '../definitions.ts';
import { type Batch, StreamStore } from './store.ts';

const NOON = '2025-03-03T12:00:00.000Z';
const view = parseView(loadDefinitions().get('fraud@1')!.yaml);
const definition = view.rows.find(({ entity, cadence }) => entity === 'card' && cadence === 'stream')!;
const CARD = rowKey(view, definition, 'card-1');

let server: RedisServer;
let redis: Redis;
/** Happens between reading the rows of a batch and writing them, because the card has none. */
let meanwhile: () => Promise<unknown>;
let store: StreamStore;
beforeEach(async () => {
  server = await startRedis();
  redis = await server.connect();
  await redis.set(filledKey(view), 'first');
  meanwhile = async () => {};
  store = new StreamStore(redis, view, {
    recover: async (keys) => {
      await meanwhile();
      return keys.map(() => null);
    },
    put: () => {},
  });
});
afterEach(() => server.stop());

const pay = (id: string): Transaction => ({
  id,
  card_id: 'card-1',
  amount: 12.5,
  currency: 'EUR',
  merchant_id: 'merchant-1',
  country: 'DE',
  device_id: 'device-1',
  channel: 'terminal',
  timestamp: NOON,
});
const batch = (id: string): Batch => ({
  partition: 0,
  events: [eventOf(pay(id))],
  position: '7-0',
  fill: 'first',
  watermark: NOON,
});
const known = async () => decodeStreamRow((await redis.get(CARD))!, 'card').events!.map(([, id]) => id);

test('a batch brings rows, position and watermark', async () => {
  expect(await store.apply(batch('new'))).toEqual([true]);
  expect(await known()).toEqual(['new']);
  expect(await store.progress(0)).toEqual({ position: '7-0', fill: 'first' });
  expect(await store.apply({ ...batch('new'), position: undefined, watermark: undefined })).toEqual([false]);
  expect(await store.progress(0)).toEqual({ position: '7-0', fill: 'first' });
  expect(await redis.hgetall('features:fraud@1:watermark')).toEqual({ 0: NOON });
});

test('a filling in the middle of a batch keeps what it wrote', async () => {
  meanwhile = () =>
    redis.mset(
      CARD,
      applyEvent(view, definition, null, eventOf(pay('from-the-lake'))),
      filledKey(view),
      'second',
    );
  await expect(store.apply(batch('new'))).rejects.toMatchObject({ code: 'CONSUMER_STORE_EMPTIED' });
  expect(await known()).toEqual(['from-the-lake']);
  expect(await store.progress(0)).toEqual({ position: undefined, fill: undefined });
});

test('nor does a filling that has begun find rows of before among its own', async () => {
  meanwhile = () => redis.del(filledKey(view));
  await expect(store.apply(batch('new'))).rejects.toMatchObject({ code: 'CONSUMER_STORE_EMPTIED' });
  expect(await redis.keys('features:*')).toEqual([]);
});

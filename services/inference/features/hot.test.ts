import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createMetrics, type Metrics } from '../../../lib/kit/metrics.ts';
import { connectRedis, redisReady } from '../../../lib/kit/redis.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import { CACHE_SETTINGS, RowCache } from './cache.ts';
import { HotTier } from './hot.ts';
import { OnlineStore } from './store.ts';
import { sampleOf } from './testbed.ts';
import { Tiers } from './tiers.ts';

const WATERMARK_MS = Date.parse('2025-03-03T12:00:00Z');
let server: RedisServer;
let redis: ReturnType<typeof connectRedis>;
const clock = { ms: 0 };
let watermarkMs: number | undefined;
let timeoutMs: number;
let metrics: Metrics;
let hot: HotTier;

beforeAll(async () => {
  server = await startRedis();
  redis = connectRedis(server.url);
  await redisReady(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});
beforeEach(async () => {
  await redis.mset('a', 'one', 'b', 'two', 'c', 'three');
  clock.ms = 0;
  watermarkMs = WATERMARK_MS;
  timeoutMs = 5_000;
  metrics = createMetrics();
  const { values } = createSettings(CACHE_SETTINGS, {
    'cache.ttl_ms': 1_000,
    'cache.ttl_jitter_ratio': 0,
    'cache.early_refresh': 0,
    'cache.stale_if_error_ms': 5_000,
  });
  const cache = new RowCache({ settings: () => values, now: () => clock.ms, random: () => 0.5 });
  const store = new OnlineStore(redis, () => timeoutMs, metrics);
  hot = new HotTier(cache, new Tiers({ online: store, watermarkMs: () => watermarkMs, ...NO_COLD }), metrics);
});

/** Nobody asks it. */
const NO_COLD = {
  enabled: () => false,
  cold: { read: () => Promise.reject(new Error('the cold store was asked')) },
};

const texts = async (...keys: string[]) => (await hot.read(keys)).map(({ text }) => text);
const asked = async () => ({
  requests: await sampleOf(metrics, 'firedrill_feature_store_requests_total'),
  rows: await sampleOf(metrics, 'firedrill_feature_store_rows_total'),
});
const count = (result: string) => sampleOf(metrics, `firedrill_feature_cache_rows_total{result="${result}"}`);

test('a row is asked for once in its lifetime, an absent one too', async () => {
  expect(await texts('a', 'b', 'nothing')).toEqual(['one', 'two', null]);
  await redis.set('a', 'changed');
  expect(await hot.read(['a', 'nothing'])).toEqual([
    { text: 'one', source: 'cache', failure: undefined, knowsUntilMs: WATERMARK_MS, cold: undefined },
    { text: null, source: 'cache', failure: undefined, knowsUntilMs: WATERMARK_MS, cold: undefined },
  ]);
  expect(await asked()).toEqual({ requests: 1, rows: 3 });
  clock.ms = 1_000;
  expect(await texts('a', 'b')).toEqual(['changed', 'two']);
  expect(await asked()).toEqual({ requests: 2, rows: 5 });
  expect([await count('miss'), await count('hit')]).toEqual([5, 2]);
  expect(await sampleOf(metrics, 'firedrill_feature_cache_entries')).toBe(3);
});

test('only what is missing is asked for', async () => {
  await texts('a');
  expect(await texts('a', 'b', 'b')).toEqual(['one', 'two', 'two']);
  expect(await asked()).toEqual({ requests: 2, rows: 2 });
});

test('whoever wants a row that is on its way waits for that one', async () => {
  server.pause();
  const all = Promise.all([texts('a', 'b'), texts('b', 'a'), texts('b', 'c')]);
  server.resume();
  expect(await all).toEqual([
    ['one', 'two'],
    ['two', 'one'],
    ['two', 'three'],
  ]);
  expect(await asked()).toEqual({ requests: 2, rows: 3 });
  expect(await count('shared')).toBe(3);
});

test('without the store a row stands in past its time, says so, and not for ever', async () => {
  await texts('a');
  watermarkMs = WATERMARK_MS + 60_000;
  clock.ms = 2_000;
  timeoutMs = 20;
  server.pause();
  try {
    // What it knew when it was read, not what the store knows now.
    const stale = {
      text: 'one',
      source: 'cache',
      failure: 'timeout',
      knowsUntilMs: WATERMARK_MS,
      cold: undefined,
    };
    const none = {
      text: null,
      source: 'default',
      failure: 'timeout',
      knowsUntilMs: undefined,
      cold: undefined,
    };
    expect(await hot.read(['a', 'b'])).toEqual([stale, none]);
    expect(await count('stale')).toBe(1);
    clock.ms = 6_001;
    expect(await hot.read(['a'])).toEqual([none]);
  } finally {
    server.resume();
  }
  timeoutMs = 5_000;
  await waitFor('the store to answer again', async () => (await texts('a'))[0] === 'one', {
    deadlineMs: 20_000,
    everyMs: 10,
  });
  expect((await hot.read(['a']))[0]!.knowsUntilMs).toBe(WATERMARK_MS + 60_000);
});

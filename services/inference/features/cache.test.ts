import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { CACHE_SETTINGS, RowCache } from './cache.ts';

const READ = { tookMs: 10, knowsUntilMs: undefined };

function makeCache(initial: Record<string, unknown> = {}) {
  const settings = createSettings(CACHE_SETTINGS, { 'cache.ttl_ms': 1_000, ...initial });
  const clock = { ms: 0 };
  const cache = new RowCache({
    settings: () => settings.values,
    now: () => clock.ms,
    random: createRandom('cache').next,
  });
  return { cache, clock, settings };
}

test('rows expire, stand by for errors for a while, and are then forgotten', () => {
  const { cache, clock } = makeCache({
    'cache.ttl_jitter_ratio': 0,
    'cache.early_refresh': 0,
    'cache.stale_if_error_ms': 5_000,
  });
  cache.set('a', 'row', READ);
  clock.ms = 999;
  expect(cache.judge(cache.get('a')!)).toBe('fresh');
  clock.ms = 1_000;
  expect(cache.judge(cache.get('a')!)).toBe('expired');
  clock.ms = 6_000;
  expect(cache.get('a')?.text).toBe('row');
  clock.ms = 6_001;
  expect(cache.get('a')).toBeUndefined();
  expect([cache.entries, cache.bytes]).toEqual([0, 0]);
});

test('the least recently used row goes first, by entries', () => {
  const { cache } = makeCache({ 'cache.max_entries': 3 });
  for (const key of ['a', 'b', 'c']) cache.set(key, key, READ);
  cache.get('a');
  cache.set('d', 'd', READ);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key)?.text)).toEqual(['a', undefined, 'c', 'd']);
});

test('bytes are bounded too, also when the bound shrinks while it runs', () => {
  const { cache, settings } = makeCache({ 'cache.max_bytes': 100_000 });
  for (let i = 0; i < 200; i++) cache.set(`key-${i}`, 'x'.repeat(1_000), READ);
  expect(cache.bytes).toBeLessThanOrEqual(100_000);
  expect(cache.entries).toBeGreaterThan(50);
  settings.patch({ 'cache.max_bytes': 10_000 });
  cache.trim();
  expect(cache.bytes).toBeLessThanOrEqual(10_000);
  expect(cache.get('key-199')?.text).toHaveLength(1_000);
  cache.set('key-199', null, READ);
  cache.clear();
  expect([cache.entries, cache.bytes]).toEqual([0, 0]);
});

/** Most of a thousand rows, kept at one moment, that expire within one hundredth of their lifetime. */
function togetherAtMost(initial: Record<string, unknown>): number {
  const { cache } = makeCache({ ...initial, 'cache.stale_if_error_ms': 0 });
  const slots = new Map<number, number>();
  for (let i = 0; i < 1_000; i++) {
    cache.set(`key-${i}`, 'row', READ);
    const slot = Math.floor(cache.get(`key-${i}`)!.expiresAt / 10);
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  return Math.max(...slots.values());
}

test('rows kept together do not expire together', () => {
  expect(togetherAtMost({ 'cache.ttl_jitter_ratio': 0 })).toBe(1_000);
  expect(togetherAtMost({ 'cache.ttl_jitter_ratio': 0.5 })).toBeLessThan(50);
});

test('a row is renewed early as XFetch says: with probability exp(-left / (took * beta))', () => {
  const { cache, clock, settings } = makeCache({ 'cache.ttl_jitter_ratio': 0 });
  cache.set('a', 'row', READ);
  const early = (leftMs: number, beta: number) => {
    settings.patch({ 'cache.early_refresh': beta });
    clock.ms = 1_000 - leftMs;
    const row = cache.get('a')!;
    const judged = Array.from({ length: 10_000 }, () => cache.judge(row));
    return judged.filter((verdict) => verdict === 'early').length / judged.length;
  };
  expect(early(10, 1)).toBeCloseTo(Math.exp(-1), 1);
  expect(early(20, 1)).toBeCloseTo(Math.exp(-2), 1);
  expect(early(20, 4)).toBeCloseTo(Math.exp(-0.5), 1);
  expect(early(900, 1)).toBe(0);
  expect(early(1, 0)).toBe(0);
});

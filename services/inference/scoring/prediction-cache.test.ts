import { expect, test } from 'vitest';
import type { Policy } from '../../../lib/contract/registry.ts';
import type { Transaction } from '../../../lib/contract/transaction.ts';
import { createMetrics } from '../../../lib/kit/metrics.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { sampleOf } from '../features/testbed.ts';
import type { Model } from '../models/model.ts';
import { PREDICTION_CACHE_SETTINGS, PredictionCache, type Scored } from './prediction-cache.ts';

const CARD: Policy = { on_missing_features: 'review', max_feature_age_seconds: null };
const NOON = Date.parse('2025-03-03T12:00:00Z');
const PAYMENT: Transaction = {
  id: 't-1',
  card_id: 'c-1',
  amount: 100,
  currency: 'EUR',
  merchant_id: 'm-1',
  country: 'DE',
  device_id: 'd-1',
  channel: 'webshop',
  timestamp: '2025-03-03T12:00:00Z',
};
const version = (allowed?: number) =>
  ({
    registered: { manifest: { policy: { ...CARD, max_prediction_age_seconds: allowed } } },
  }) as unknown as Model;

function open(initial: Record<string, unknown> = {}, allowed = 3_600) {
  const settings = createSettings(PREDICTION_CACHE_SETTINGS, {
    'prediction_cache.mode': 'model',
    'prediction_cache.ttl_seconds': 600,
    ...initial,
  });
  const metrics = createMetrics();
  const cache = new PredictionCache({ settings, metrics });
  const state = { model: version(allowed), nowMs: NOON, policy: CARD };
  const input = { source: 'online', ageSeconds: 5, fallback: undefined } as const;
  let made = 0;
  /** What a request is answered with: the score of an earlier one, or a new one, which is kept. */
  const ask = (changes: Partial<Transaction> = {}, more: Partial<Scored> = {}): number => {
    const { model, nowMs, policy } = state;
    const transaction = { ...PAYMENT, id: `t-${made}`, ...changes };
    const found = cache.find(model, transaction, policy, nowMs);
    if (found) return found.score;
    const score = ++made;
    cache.keep(model, transaction, { score, input, values: [], atMs: nowMs, knowsUntilMs: nowMs, ...more });
    return score;
  };
  return {
    ask,
    state,
    settings,
    cache,
    requests: (result: string) =>
      sampleOf(metrics, `firedrill_prediction_cache_requests_total{result="${result}"}`),
    evictions: () => sampleOf(metrics, 'firedrill_prediction_cache_evictions_total'),
    entries: () => sampleOf(metrics, 'firedrill_prediction_cache_entries'),
  };
}

test('requests that share the key share a score, whatever else they differ in', async () => {
  const { ask, requests, entries } = open();
  expect([ask(), ask({ timestamp: '2025-03-03T12:05:00Z' }), ask({ amount: 65 }), ask()]).toEqual([
    1, 1, 1, 1,
  ]);
  expect([ask({ amount: 129 }), ask({ merchant_id: 'm-2' }), ask({ card_id: 'c-2' })]).toEqual([2, 3, 4]);
  expect([await requests('hit'), await requests('miss'), await entries()]).toEqual([3, 4, 4]);
});

test('amounts are compared in euros', () => {
  const { ask } = open({ 'prediction_cache.key': ['amount_band'] });
  expect([
    ask({ amount: 100 }),
    ask({ amount: 300, currency: 'PLN' }),
    ask({ amount: 10, currency: 'PLN' }),
  ]).toEqual([1, 1, 2]);
});

test('a key with the id of the request never hits', async () => {
  const { ask, settings, requests, entries } = open();
  ask();
  ask();
  settings.patch({ 'prediction_cache.key': ['id', ...settings.values['prediction_cache.key']] });
  // What was kept under another key could stand for something else under this one.
  expect(await entries()).toBe(0);
  expect([ask(), ask(), ask()]).toEqual([2, 3, 4]);
  expect([await requests('hit'), await requests('miss')]).toEqual([1, 4]);
});

test.each([
  ['the setting', { 'prediction_cache.ttl_seconds': 60 }],
  ['the card of the model', { 'prediction_cache.ttl_seconds': 86_400 }],
])('a score is given again for as long as %s says, in business time', (_, changes) => {
  const { ask, state } = open(changes, 60);
  ask();
  state.nowMs += 60_000;
  expect(ask()).toBe(1);
  state.nowMs += 1;
  expect(ask()).toBe(2);
  state.nowMs += 60_000;
  expect(ask()).toBe(2);
});

test('only where the card allows it, unless an operator says always', async () => {
  const { ask, state, settings, requests } = open();
  state.model = version();
  expect([ask(), ask()]).toEqual([1, 2]);
  expect(await requests('miss')).toBe(0);
  settings.patch({ 'prediction_cache.mode': 'always' });
  expect([ask(), ask()]).toEqual([3, 3]);
  settings.patch({ 'prediction_cache.mode': 'off' });
  expect([ask(), ask()]).toEqual([4, 5]);
  expect(await requests('miss')).toBe(1);
});

test('a limit on the age of features holds for scores made from them', () => {
  const { ask, state } = open();
  ask({}, { knowsUntilMs: NOON - 50_000 });
  state.policy = { ...CARD, max_feature_age_seconds: 60 };
  state.nowMs += 10_000;
  expect(ask({}, { knowsUntilMs: undefined })).toBe(1);
  state.nowMs += 1;
  expect(ask({}, { knowsUntilMs: undefined })).toBe(2);
  // Of an age that nobody knows.
  expect(ask()).toBe(3);
});

test('another version begins anew, and what the one before still makes is not kept', async () => {
  const { ask, state, cache, entries } = open();
  ask();
  const before = state.model;
  state.model = version(3_600);
  expect(ask()).toBe(2);
  const late = {
    score: 9,
    input: { source: 'online', ageSeconds: 5, fallback: undefined },
    values: [],
  } as const;
  cache.keep(before, { ...PAYMENT, card_id: 'c-9' }, { ...late, atMs: NOON, knowsUntilMs: NOON });
  expect(await entries()).toBe(1);
  expect(ask({ card_id: 'c-9' })).toBe(3);
});

test('it is bounded: the least recently used goes first, and is counted', async () => {
  const { ask, settings, evictions, entries } = open({ 'prediction_cache.max_entries': 2 });
  for (const card_id of ['c-1', 'c-2', 'c-1', 'c-3']) ask({ card_id });
  expect([ask({ card_id: 'c-1' }), ask({ card_id: 'c-2' })]).toEqual([1, 4]);
  expect([await evictions(), await entries()]).toEqual([2, 2]);
  settings.patch({ 'prediction_cache.max_entries': 1 });
  expect(await entries()).toBe(0);
  expect(await evictions()).toBe(2);
});

test('switched off it forgets', async () => {
  const { ask, settings, entries } = open();
  ask();
  settings.patch({ 'prediction_cache.mode': 'off' });
  expect(await entries()).toBe(0);
  settings.patch({ 'prediction_cache.mode': 'model' });
  expect(ask()).toBe(2);
});

test('a key names known fields, each once, and one at least', () => {
  const { settings } = open();
  for (const key of [[], ['card_id', 'card_id'], ['color']]) {
    expect(() => settings.patch({ 'prediction_cache.key': key })).toThrow('prediction_cache.key');
  }
});

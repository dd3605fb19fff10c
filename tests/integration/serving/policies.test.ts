import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { watermarkKey } from '../../../lib/features/keys.ts';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { TOKEN } from '../../support/registry.ts';
import {
  type Bank,
  type JsonAnswer,
  NOON_MS,
  openBank,
  post,
  sample,
  serves,
} from '../../support/serving/bank.ts';

type Region = Awaited<ReturnType<Bank['startInference']>>;
let bank: Bank;
let eu: Region;
let us: Region;
let gateway: Awaited<ReturnType<Bank['startGateway']>>;
const WITHIN = { deadlineMs: 20_000, everyMs: 20 };

beforeAll(async () => {
  bank = await openBank();
  const policy = { on_missing_features: 'review', max_feature_age_seconds: null } as const;
  await bank.promote(await bank.register('one', { policy }));
  eu = await bank.startInference('eu');
  us = await bank.startInference('us');
  await Promise.all([serves(eu), serves(us)]);
  gateway = await bank.startGateway({ eu: eu.url, us: us.url });
});
afterAll(() => bank.stop());

const INITIAL = {
  'features.on_missing': 'model',
  'features.max_age_seconds': 'model',
  'features.timeout_ms': 10_000,
  'cache.enabled': false,
  'review.countries': [],
};
beforeEach(() => set(INITIAL));
afterEach(async () => {
  bank.online.resume();
  await set(INITIAL);
  // Both circuits closed: nothing is carried over.
  const well = async () =>
    (await Promise.all([score('DE'), score('US')])).every(({ body }) => !body.degraded);
  await waitFor('answers that are not degraded', well, WITHIN);
});

async function set(settings: Record<string, unknown>): Promise<void> {
  for (const { url } of [eu, us]) {
    const response = await fetch(`${url}/v1/settings`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(settings),
    });
    if (response.status !== 200) throw new Error(await response.text());
  }
}

let n = 0;
const score = (country = 'DE'): Promise<JsonAnswer> => {
  const transaction = { ...bank.traffic.requests[1]!, id: `policy-${n++}`, country };
  return post(`${gateway.url}/v1/score`, { transaction });
};
const freeze = async () => {
  bank.online.pause();
  await set({ 'features.timeout_ms': 20 });
};

test('the card of the version: without features it asks for a review, and says why', async () => {
  expect((await score()).body).not.toHaveProperty('reason');
  await freeze();
  const { status, body } = await score();
  expect(status).toBe(200);
  expect(body).toMatchObject({
    decision: 'review',
    reason: 'features_missing',
    degraded: true,
    features: { source: 'default', age_seconds: null },
  });
  const series = 'firedrill_inference_fallbacks_total{model="fraud",reason="timeout",action="review"}';
  expect(await sample(eu.url, series)).toBeGreaterThan(0);
});

test('the operator before the card: defaults, with the decision of the model', async () => {
  await set({ 'features.on_missing': 'default' });
  await freeze();
  const { body } = await score();
  expect(body).toMatchObject({ degraded: true, features: { source: 'default' } });
  expect(body).not.toHaveProperty('reason');
});

test('a refusal reaches the customer as it is, and no other region is asked', async () => {
  await set({ 'features.on_missing': 'refuse' });
  await freeze();
  const total = async () => {
    const counts = ['timeout', 'circuit_open'].map((reason) =>
      sample(us.url, `firedrill_inference_fallbacks_total{model="fraud",reason="${reason}",action="refuse"}`),
    );
    return (await Promise.all(counts)).map((count) => count ?? 0);
  };
  const before = await total();
  for (let i = 0; i < 20; i++) {
    const { status, headers, body } = await score('DE');
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body.error).toMatchObject({
      code: 'INF_FEATURES_MISSING',
      message: expect.stringContaining('fraud'),
    });
  }
  expect(await total()).toEqual(before);
  const failures = 'firedrill_gateway_upstream_failures_total{region="eu",reason="unavailable"}';
  expect(await sample(gateway.url, failures)).toBeUndefined();
});

test('features past the limit count as missing; so do features that nobody can date', async () => {
  await set({ 'features.max_age_seconds': 2 * 3_600 });
  const undated = await score();
  expect(undated.body).toMatchObject({ decision: 'review', reason: 'features_outdated', degraded: true });

  const redis = await bank.online.connect();
  const mark = (hours: number) =>
    redis.hset(
      watermarkKey(bank.view),
      '0',
      new Date(NOON_MS - hours * HOUR_MS).toISOString(),
      '1',
      new Date(NOON_MS).toISOString(),
    );
  await mark(1);
  const fresh = async () => {
    const { body } = await score();
    return !body.degraded && body;
  };
  expect(await waitFor('a decision on fresh features', fresh, WITHIN)).toMatchObject({
    features: { source: 'online' },
  });

  // One partition that stands still is enough.
  await mark(3);
  await set({ 'features.on_missing': 'refuse' });
  const refused = async () => {
    const { status, body } = await score();
    return status === 503 && body;
  };
  const { error } = await waitFor('a refusal', refused, WITHIN);
  expect(error).toMatchObject({
    code: 'INF_FEATURES_OUTDATED',
    message: expect.stringContaining('7200 business seconds'),
  });

  await set({ 'features.max_age_seconds': null });
  expect((await score()).body).toMatchObject({ degraded: false, features: { source: 'online' } });
});

test('a segment that an operator restricts goes to review, scored, counted and not degraded; others do not', async () => {
  const approved = await score('US');
  expect(approved.body).toMatchObject({ decision: 'approve', degraded: false });
  await set({ 'review.countries': ['US'] });
  const { body } = await score('US');
  expect(body).toMatchObject({ decision: 'review', reason: 'segment_restricted', degraded: false });
  expect(body.score).toBeCloseTo(approved.body.score, 6);
  expect((await score('DE')).body).not.toHaveProperty('reason');
  const counted = 'firedrill_inference_segment_reviews_total{model="fraud",segment="country:US"}';
  expect(await sample(us.url, counted)).toBe(1);
  expect(await sample(eu.url, counted)).toBeUndefined();
});

test('kept rows stand in for the store, marked, unless they are too old for the policy', async () => {
  await set({ 'cache.enabled': true, 'cache.ttl_ms': 0 });
  expect((await score()).body).toMatchObject({ degraded: false, features: { source: 'online' } });
  await freeze();
  const { body } = await score();
  expect(body).toMatchObject({
    degraded: true,
    features: { source: 'cache', age_seconds: expect.any(Number) },
  });
  expect(body).not.toHaveProperty('reason');
  const stale = 'firedrill_feature_cache_rows_total{result="stale"}';
  expect(await sample(eu.url, stale)).toBeGreaterThan(0);
  await set({ 'features.max_age_seconds': 0.001 });
  expect((await score()).body).toMatchObject({ decision: 'review', reason: 'features_outdated' });
});

test('rows within their time are served without asking the store', async () => {
  await set({ 'cache.enabled': true, 'cache.ttl_ms': 3_600_000 });
  await score();
  const asked = () => sample(eu.url, 'firedrill_feature_store_requests_total');
  const before = await asked();
  const { body } = await score();
  expect(body).toMatchObject({ degraded: false, features: { source: 'cache' } });
  expect(await asked()).toBe(before);
});

test.each([
  [{ 'features.max_age_seconds': 'never' }, 'features.max_age_seconds'],
  [{ 'features.max_age_seconds': 0 }, 'features.max_age_seconds'],
  [{ 'features.on_missing': 'guess' }, 'features.on_missing'],
])('%j is refused and nothing changes', async (settings, field) => {
  const response = await fetch(`${eu.url}/v1/settings`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(settings),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'SETTINGS_INVALID', field } });
});

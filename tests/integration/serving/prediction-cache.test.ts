import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { waitFor } from '../../../lib/kit/wait.ts';
import { TOKEN } from '../../support/registry.ts';
import { type Bank, openBank, post, sample, serves } from '../../support/serving/bank.ts';

const WITHIN = { deadlineMs: 20_000, everyMs: 20 };
const OFF = { 'prediction_cache.mode': 'off', 'review.countries': [], 'quality.breaker': 'off' };
let bank: Bank;
let eu: Awaited<ReturnType<Bank['startInference']>>;
let gateway: Awaited<ReturnType<Bank['startGateway']>>;

beforeAll(async () => {
  bank = await openBank();
  const policy = {
    on_missing_features: 'review',
    max_feature_age_seconds: null,
    max_prediction_age_seconds: 3_600,
  } as const;
  await bank.promote(await bank.register('one', { policy }));
  eu = await bank.startInference('eu');
  await serves(eu);
  gateway = await bank.startGateway({ eu: eu.url, us: eu.url });
});
afterAll(() => bank.stop());
afterEach(() => set(OFF));

async function set(settings: Record<string, unknown>): Promise<void> {
  const response = await fetch(`${eu.url}/v1/settings`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(settings),
  });
  if (response.status !== 200) throw new Error(await response.text());
}

let n = 0;
const score = async () => {
  const transaction = { ...bank.traffic.requests[1]!, id: `again-${n++}` };
  const { status, body } = await post(`${gateway.url}/v1/score`, { transaction });
  expect(status).toBe(200);
  return body;
};
const runs = () => sample(eu.url, 'firedrill_inference_batch_rows_count');

test('a score is given again without lookup and model, says so, and is on record', async () => {
  await set({ 'prediction_cache.mode': 'model' });
  const first = await score();
  expect(first).not.toHaveProperty('cached');
  const before = await runs();
  const again = await score();
  expect(again).toMatchObject({ score: first.score, model: first.model, cached: true, degraded: false });
  expect(again.id).not.toBe(first.id);
  expect(again.features.age_seconds).toBeGreaterThan(first.features.age_seconds);
  expect(await runs()).toBe(before);
  expect(await sample(eu.url, 'firedrill_prediction_cache_requests_total{result="hit"}')).toBe(1);

  const recorded = await waitFor(
    'both predictions in the log',
    async () => {
      const events = (await bank.events('predictions')).map(({ payload }) => payload);
      const [one, two] = [first, again].map(({ id }) =>
        events.find(({ transaction_id }) => transaction_id === id),
      );
      return one && two && { one, two };
    },
    WITHIN,
  );
  expect(recorded.one).not.toHaveProperty('cached');
  expect(recorded.two).toMatchObject({ score: first.score, cached: true });
  expect(recorded.two.features).toEqual(recorded.one.features);
});

test('an operator who restricts the segment is heard', async () => {
  await set({ 'prediction_cache.mode': 'model' });
  await score();
  await set({ 'review.countries': [bank.traffic.requests[1]!.country] });
  expect(await score()).toMatchObject({ cached: true, decision: 'review', reason: 'segment_restricted' });
});

test('what stands in for features is not kept', async () => {
  bank.online.pause();
  try {
    await set({ 'prediction_cache.mode': 'model', 'features.timeout_ms': 20 });
    expect(await score()).toMatchObject({ degraded: true });
    const second = await score();
    expect(second).toMatchObject({ degraded: true });
    expect(second).not.toHaveProperty('cached');
  } finally {
    bank.online.resume();
    await set({ 'features.timeout_ms': 10_000 });
    await waitFor('answers that are not degraded', async () => !(await score()).degraded, WITHIN);
  }
});

test('another version answers for itself', async () => {
  await set({ 'prediction_cache.mode': 'always' });
  const before = await score();
  expect(await score()).toMatchObject({ cached: true });
  await bank.promote(await bank.register('two'));
  const after = await waitFor(
    'the new version to answer',
    async () => {
      const answer = await score();
      return answer.model.version !== before.model.version && answer;
    },
    WITHIN,
  );
  expect(after).not.toHaveProperty('cached');
  expect(await score()).toMatchObject({ cached: true, model: after.model, score: after.score });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '../../../lib/contract/transaction.ts';
import { materializedKey, watermarkKey } from '../../../lib/features/keys.ts';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Bank, NOON_MS, openBank, post, sample, serves } from '../../support/serving/bank.ts';

let bank: Bank;
let inference: Awaited<ReturnType<Bank['startInference']>>;
let gateway: Awaited<ReturnType<Bank['startGateway']>>;

beforeAll(async () => {
  bank = await openBank();
  await bank.promote(await bank.register('one'));
  inference = await bank.startInference('eu');
  await serves(inference);
  gateway = await bank.startGateway({ eu: inference.url });
});
afterAll(() => bank.stop());

const transactionOf = (changes: Partial<Transaction> = {}): Transaction => ({
  ...bank.traffic.requests[0]!,
  ...changes,
});
const score = (transaction: Transaction) => post(`${gateway.url}/v1/score`, { transaction });

test('a transaction gets a decision in the documented shape', async () => {
  const { status, body } = await score(transactionOf({ id: 'shape' }));
  expect(status).toBe(200);
  expect(body).toEqual({
    id: 'shape',
    decision: expect.stringMatching(/^(approve|review|decline)$/),
    score: expect.any(Number),
    model: { name: 'fraud', version: '1', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    features: { view: 'fraud', version: 1, source: 'online', age_seconds: expect.any(Number) },
    region: 'eu',
    degraded: false,
  });
  expect(body.score).toBeGreaterThan(0);
  expect(body.score).toBeLessThan(1);
});

test('answer, prediction event and transaction event agree', async () => {
  const transaction = transactionOf({ id: 'agree', timestamp: '2025-03-03T13:00:00+01:00' });
  const { body } = await score(transaction);
  const [prediction, scored] = await waitFor(
    'both events in the log',
    async () => {
      const prediction = (await bank.events('predictions')).find((e) => e.payload.transaction_id === 'agree');
      const scored = (await bank.events('transactions')).find((e) => e.payload.transaction.id === 'agree');
      return prediction && scored && ([prediction, scored] as const);
    },
    { deadlineMs: 5_000, everyMs: 20 },
  );
  const { score: value, decision, model, region } = body;
  expect(prediction.payload).toMatchObject({ score: value, decision, model, region, degraded: false });
  expect(prediction.payload.features.values).toHaveLength(bank.view.features.length);
  // The event carries what the model saw: scoring it again gives the same answer.
  const [again] = (
    await inference.serving.current!.onnx.predict(
      Float32Array.from(prediction.payload.features.values as number[]),
    )
  ).slice(1);
  expect(again).toBeCloseTo(value, 6);
  expect(scored.payload).toMatchObject({ score: value, decision, region });
  expect(scored.payload.transaction.timestamp).toBe('2025-03-03T12:00:00.000Z');
});

test('requests that share a batch do not share answers', async () => {
  const transactions = bank.traffic.requests.map((request, i) => ({ ...request, id: `batch-${i}` }));
  const together = await Promise.all(transactions.map(score));
  for (const [i, transaction] of transactions.entries()) {
    expect(together[i]!.body.id).toBe(transaction.id);
    if (i % 10 > 0) continue;
    const { body } = await score({ ...transaction, id: `alone-${i}` });
    expect(body.score).toBe(together[i]!.body.score);
  }
  expect(new Set(together.map(({ body }) => body.score)).size).toBeGreaterThan(10);
});

test('an unknown card is a cold start, not an error', async () => {
  const { status, body } = await score(transactionOf({ id: 'cold', card_id: 'never-seen' }));
  expect(status).toBe(200);
  expect(body).toMatchObject({ degraded: false, features: { source: 'default', age_seconds: null } });
});

test('the age is that of the card row, in business time', async () => {
  const key = 'features:fraud@1:card:card-00003';
  const redis = await bank.online.connect();
  const row = JSON.parse((await redis.get(key))!);
  const timestamp = new Date(row.updated_at + 2 * HOUR_MS).toISOString();
  const body = { transaction: transactionOf({ id: 'age', card_id: 'card-00003', timestamp }) };
  const answer = await post(`${inference.url}/v1/score`, body);
  expect(answer.body.features.age_seconds).toBe(7_200);
});

test('a row that is not JSON degrades its own request only', async () => {
  const redis = await bank.online.connect();
  await redis.set('features:fraud@1:card:torn', '{"updated_at":');
  const [torn, fine] = await Promise.all([
    score(transactionOf({ id: 'torn', card_id: 'torn' })),
    score(transactionOf({ id: 'fine' })),
  ]);
  expect(torn.body).toMatchObject({ degraded: true, features: { source: 'default', age_seconds: null } });
  expect(fine.body).toMatchObject({ degraded: false, features: { source: 'online' } });
});

test('metrics tell stages, predictions and the model apart', async () => {
  await score(transactionOf({ id: 'metrics' }));
  for (const stage of ['queue', 'feature', 'model', 'total']) {
    const count = await sample(
      inference.url,
      `firedrill_inference_stage_duration_seconds_count{stage="${stage}"}`,
    );
    expect(count).toBeGreaterThan(0);
  }
  const { digest } = inference.serving.current!.identity;
  const labels = `model="fraud",version="1",digest="${digest}",feature_view="fraud@1",region="eu"`;
  expect(await sample(inference.url, `firedrill_model_info{${labels}}`)).toBe(1);
  const counted = 'firedrill_gateway_requests_total{region="eu",channel="partner",code="200"}';
  await score(transactionOf({ id: 'counted', channel: 'partner' }));
  expect(await sample(gateway.url, counted)).toBeGreaterThan(0);
});

describe('freshness', () => {
  const freshness = () =>
    sample(inference.url, 'firedrill_feature_freshness_seconds{view="fraud@1",partition="0"}');

  test('without a watermark there is no sample, and readiness says so without refusing traffic', async () => {
    expect(await freshness()).toBeUndefined();
    const response = await fetch(`${inference.url}/readyz`);
    expect(response.status).toBe(200);
    expect((await response.json()) as unknown).toMatchObject({
      notes: [expect.stringContaining('no watermark')],
    });
  });

  test('it is the business time since the watermark, and grows when nobody writes one', async () => {
    const redis = await bank.online.connect();
    const hourAgo = new Date(NOON_MS - HOUR_MS).toISOString();
    await redis.hset(watermarkKey(bank.view), '0', hourAgo);
    const first = await waitFor('a freshness sample', freshness, { deadlineMs: 5_000, everyMs: 50 });
    expect(first).toBeGreaterThanOrEqual(3_600);
    expect(first).toBeLessThan(3_720);
    await waitFor('freshness to grow', async () => (await freshness())! > first, {
      deadlineMs: 5_000,
      everyMs: 50,
    });
  });
});

test('nightly features have an age of their own, whatever the streams say', async () => {
  const age = () => sample(inference.url, 'firedrill_feature_snapshot_age_seconds{view="fraud@1"}');
  const redis = await bank.online.connect();
  await redis.set(materializedKey(bank.view), new Date(NOON_MS - 12 * HOUR_MS).toISOString());
  const midnight = await waitFor('an age', async () => ((await age()) ?? 0) > 0 && (await age())!, {
    deadlineMs: 5_000,
    everyMs: 50,
  });
  expect(midnight).toBeGreaterThanOrEqual(12 * 3_600);
  await redis.del(materializedKey(bank.view));
  await waitFor('no age of a night nobody knows of', async () => (await age()) === undefined, {
    deadlineMs: 5_000,
    everyMs: 50,
  });
});

describe('the online store', () => {
  const answers = (degraded: boolean) =>
    waitFor(
      `answers with degraded ${degraded}`,
      async () => {
        const { status, body } = await score(transactionOf({ id: 'store' }));
        expect(status).toBe(200);
        return body.degraded === degraded && body;
      },
      { deadlineMs: 15_000, everyMs: 50 },
    );

  test('frozen: answers come from defaults after the timeout, and recover with it', async () => {
    bank.online.pause();
    const startedAt = performance.now();
    const body = await answers(true);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(body).toMatchObject({ degraded: true, features: { source: 'default', age_seconds: null } });
    bank.online.resume();
    await answers(false);
  });

  test('killed: answers come from defaults, and from the rows again once they are back', async () => {
    await bank.online.kill();
    await answers(true);
    await bank.online.start();
    await (await bank.online.connect()).mset(bank.traffic.rows);
    await answers(false);
  });
});

test('the event log killed: nothing that was answered is missing afterwards', async () => {
  const ids = Array.from({ length: 60 }, (_, i) => `outage-${i}`);
  for (const [i, id] of ids.entries()) {
    if (i === 10) await bank.log.kill();
    if (i === 40) await bank.log.start();
    expect((await score(transactionOf({ id }))).status).toBe(200);
  }
  await waitFor(
    'all events in the log',
    async () => {
      const predicted = new Set((await bank.events('predictions')).map((e) => e.payload.transaction_id));
      const scored = new Set((await bank.events('transactions')).map((e) => e.payload.transaction.id));
      return ids.every((id) => predicted.has(id) && scored.has(id));
    },
    { deadlineMs: 15_000 },
  );
});

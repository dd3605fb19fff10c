import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import {
  eventOf,
  type FeatureBench,
  queryLake,
  type RunningService,
  startFeatureBench,
} from '../support/feature-store.ts';
import { writeLake } from '../support/lake.ts';

const DEADLINE = { deadlineMs: 90_000 };
const iso = (ms: number) => new Date(ms).toISOString();

let bench: FeatureBench;
let features: RunningService;

beforeAll(async () => {
  bench = await startFeatureBench();
  await writeLake(bench.lake, { days: 40, perDay: 300, cards: 50 });
  features = await bench.start('features');
  const online = await bench.online.connect();
  await waitFor('the service to be ready', async () => (await fetch(`${features.url}/readyz`)).ok, DEADLINE);
  expect(await online.exists('features:fraud@1:filled')).toBe(1);
}, 200_000);
afterAll(() => bench.close());

describe('the API of the feature store', { timeout: 200_000 }, () => {
  it('computes historical features into a file named by its content', async () => {
    const from = OPENING_DAY_MS - 10 * DAY_MS;
    const body = { view: 'fraud', version: 1, from: iso(from), to: iso(OPENING_DAY_MS) };
    const response = await features.send('POST', '/v1/historical-features', body);
    const result = (await response.json()) as { path: string; rows: number; fingerprint: string };
    expect(response.status, JSON.stringify(result)).toBe(200);
    const digest = createHash('sha256').update(readFileSync(result.path)).digest('hex');
    expect(result.fingerprint).toBe(`sha256:${digest}`);
    const [count] = await queryLake(
      `SELECT count(*)::INT AS rows, count(DISTINCT transaction_id)::INT AS ids, min(ts) >= ${from} AS inside,
       count(is_fraud)::INT AS labelled FROM read_parquet('${result.path}')`,
    );
    expect(count).toMatchObject({ rows: result.rows, ids: result.rows, inside: true });
    expect(Number(count?.labelled)).toBeGreaterThan(result.rows * 0.9);
    expect(result.rows).toBeGreaterThan(2_500);
  });

  it('refuses a range that ends before it begins, naming the field', async () => {
    const body = { view: 'fraud', version: 1, from: iso(OPENING_DAY_MS), to: iso(OPENING_DAY_MS) };
    const response = await features.send('POST', '/v1/historical-features', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'FEATURES_RANGE_INVALID', field: 'to' } });
  });

  it('does not take a filling that is under way for the one that was asked for', async () => {
    const online = await bench.online.connect();
    const [row, mark] = ['features:fraud@1:card:card-7', 'features:fraud@1:filled'];
    let lost = true;
    const losing = (async () => {
      while (lost) await online.del(row);
    })();
    const first = features.send('POST', '/v1/fill', {}).finally(() => {
      lost = false;
    });
    await waitFor('it to be under way', async () => (await online.exists(mark)) === 0, DEADLINE);
    const second = features.send('POST', '/v1/fill', {});
    expect((await first).status).toBe(200);
    await losing;
    expect((await second).status).toBe(200);
    expect((await fetch(`${features.url}/readyz`)).ok, 'ready again with the answer').toBe(true);
    expect(await online.exists(row)).toBe(1);
  });

  it('answers Feast from the rows that were filled from the lake', async () => {
    const body = {
      features: ['fraud:card_tx_count_30d', 'fraud:card_tx_count_7d'],
      entities: { card_id: ['card-7', 'nobody'] },
    };
    const answer = (await (await features.send('POST', '/get-online-features', body)).json()) as {
      results: { values: number[]; statuses: string[] }[];
    };
    expect(answer.results[1]?.statuses).toEqual(['PRESENT', 'NOT_FOUND']);
    expect(answer.results[1]?.values[0]).toBeGreaterThan(50);
    expect(answer.results[2]?.values[0]).toBeGreaterThan(5);
  });

  it('gives the view with its text, and says which views there are', async () => {
    const view = await features.get<{ yaml: string; features: unknown[] }>('/v1/views/fraud/versions/1');
    expect(view.yaml).toContain('name: fraud');
    expect((await fetch(`${features.url}/v1/views/fraud/versions/9`)).status).toBe(404);
  });

  it('materializes on demand, for Feast too, with a token only', async () => {
    const body = { end_ts: bench.clock.iso() };
    const denied = await features.send('POST', '/materialize-incremental', body, { authorization: '' });
    expect(denied.status).toBe(401);
    const done = await features.send('POST', '/materialize-incremental', body);
    expect(done.status).toBe(200);
    expect(await done.json()).toBeNull();
  });

  it('writes the snapshots of the next business midnight by itself', async () => {
    const online = await bench.online.connect();
    const before = await online.get('features:fraud@1:materialized');
    await waitFor(
      'the next snapshot',
      async () => ((await online.get('features:fraud@1:materialized')) ?? '') > (before ?? ''),
      { deadlineMs: 150_000 },
    );
    const shown =
      /firedrill_features_materialized_timestamp_seconds\{view="fraud@1",entity="card"\} 1741\d{6}/;
    await waitFor(
      'the snapshot to be on the metrics page',
      async () => shown.test(await (await features.send('GET', '/metrics', undefined)).text()),
      { deadlineMs: 10_000 },
    );
  });

  it('crawls when told to, stays ready, and catches up when let go', async () => {
    const consumer = await bench.start('feature-consumer', { 'ingest.max_events_per_second': 0.2 });
    for (let i = 0; i < 400; i++) {
      const transaction = {
        id: `slow-${i}`,
        card_id: `card-${i % 50}`,
        amount: 10,
        currency: 'EUR' as const,
        merchant_id: 'merchant-1',
        country: 'DE',
        device_id: 'device-1',
        channel: 'webshop' as const,
        timestamp: bench.clock.iso(),
      };
      await bench.producer.append('transactions', transaction.card_id, eventOf(transaction));
    }
    const online = await bench.online.connect();
    const lag = async () =>
      (await bench.producer.lag('transactions', 'features-fraud@1')).reduce((sum, events) => sum + events, 0);
    await waitFor(
      'the consumer to own every partition',
      async () => {
        const { partitions } = await consumer.get<{ partitions: number[] }>('/v1/info');
        return partitions.length === 4;
      },
      DEADLINE,
    );
    expect((await fetch(`${consumer.url}/readyz`)).status).toBe(200);
    // A partition is owned a moment before its group exists, and without a group there is no lag.
    await waitFor('nearly everything to be waiting', async () => (await lag()) > 380, DEADLINE);

    await consumer.send('PATCH', '/v1/settings', { 'ingest.max_events_per_second': 5000 });
    await waitFor('everything to be applied', async () => (await lag()) === 0, { deadlineMs: 30_000 });
    const watermarks = await waitFor(
      'every watermark',
      async () => {
        const found = await online.hvals('features:fraud@1:watermark');
        return found.length === 4 && found;
      },
      DEADLINE,
    );
    for (const watermark of watermarks) expect(watermark).toMatch(/^2025-03-\d\dT[\d:.]+Z$/);
  });
});

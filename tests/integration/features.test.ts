import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { eventOf, type FeatureBench, queryLake, startFeatureBench } from '../support/feature-store.ts';
import { writeLake } from '../support/lake.ts';

interface Parity {
  entities: number;
  mismatched: number;
  at: string;
  examples: unknown[];
}

let bench: FeatureBench;
let sent: Transaction[];

beforeEach(async () => {
  bench = await startFeatureBench();
  await writeLake(bench.lake, { days: 35, perDay: 400, cards: 100 });
  sent = [];
});
afterEach(() => bench.close());

/** Publishes `count` transactions of business now. */
async function publish(count: number): Promise<void> {
  const events = Array.from({ length: count }, () => {
    const i = sent.length;
    const transaction: Transaction = {
      id: `live-${i}`,
      card_id: `card-${(i * 7) % 110}`,
      amount: ((i * 37) % 900) / 10 + 0.5,
      currency: i % 5 === 0 ? 'GBP' : 'EUR',
      merchant_id: `merchant-${(i * 13) % 210}`,
      country: i % 6 === 0 ? 'FR' : 'DE',
      device_id: `device-${(i * 11) % 160}`,
      channel: 'terminal',
      timestamp: bench.clock.iso(),
    };
    sent.push(transaction);
    return eventOf(transaction);
  });
  await Promise.all(
    events.map((event) => bench.producer.append('transactions', event.payload.transaction.card_id, event)),
  );
}

const lag = async (group: string) =>
  (await bench.producer.lag('transactions', group)).reduce((sum, events) => sum + events, 0);
const drained = (group: string) =>
  waitFor(`group ${group} to have applied everything`, async () => (await lag(group)) === 0, {
    deadlineMs: 90_000,
  });

/** Rows equal a recomputation from lake and log, for every card that was active. */
async function expectParity(features: { get<T>(path: string): Promise<T> }): Promise<void> {
  const newest = Date.parse(sent.at(-1)!.timestamp);
  const report = await waitFor(
    'a comparison after the last event',
    async () => {
      const parity = await features.get<Parity>('/v1/parity?entities=200');
      return Date.parse(parity.at) > newest && parity;
    },
    { deadlineMs: 90_000 },
  );
  expect(report.examples).toEqual([]);
  expect(report.mismatched).toBe(0);
  expect(report.entities).toBeGreaterThan(90);
}

const lakeHolds = (table: string) =>
  queryLake(`SELECT count(DISTINCT id) AS ids FROM read_parquet('${bench.lake}/${table}/day=2025-03-*/*.parquet')
    WHERE id LIKE 'live-%'`)
    .then(([row]) => Number(row?.ids))
    // A file that was listed may be compacted away before it is read: whoever asks looks again.
    .catch(() => 0);
const inLake = (transactions: number) =>
  waitFor(
    `${transactions} transactions to be in the lake`,
    async () => (await lakeHolds('transactions')) === transactions,
    { deadlineMs: 90_000 },
  );

describe('the feature store', { timeout: 300_000 }, () => {
  it('fills the store, applies the stream, sinks into the lake and agrees with itself', async () => {
    const features = await bench.start('features');
    const consumer = await bench.start('feature-consumer');
    await publish(300);
    await publish(300);
    await drained('features-fraud@1');
    await drained('lake');
    await inLake(600);
    await expectParity(features);
    expect((await fetch(`${consumer.url}/readyz`)).status).toBe(200);
    const metrics = await (await fetch(`${consumer.url}/metrics`)).text();
    expect(metrics).toContain('firedrill_features_applied_total{view="fraud@1"');
  });

  it('comes back whole when the online store is killed, with and without its data', async () => {
    const features = await bench.start('features');
    await bench.start('feature-consumer');
    await publish(300);
    await drained('features-fraud@1');
    await bench.online.kill();
    await publish(200);
    await bench.online.start();
    await publish(100);
    await drained('features-fraud@1');
    await expectParity(features);

    const client = await bench.online.connect();
    await client.flushall();
    await publish(100);
    await waitFor('the store to be filled again', () => client.exists('features:fraud@1:filled'), {
      deadlineMs: 90_000,
    });
    await drained('features-fraud@1');
    await expectParity(features);
  });

  it('loses and repeats nothing when both processes and the log are killed in the middle', async () => {
    const features = await bench.start('features');
    const consumer = await bench.start('feature-consumer', { 'ingest.max_events_per_second': 400 });
    for (let i = 0; i < 3; i++) {
      await publish(400);
      await Promise.all([features.restart(), consumer.restart()]);
    }
    await bench.log.kill();
    await publish(50);
    await bench.log.start();
    await consumer.send('PATCH', '/v1/settings', { 'ingest.max_events_per_second': 5000 });
    await publish(50);
    await inLake(1300);
    await drained('features-fraud@1');
    await drained('lake');
    await inLake(1300);
    await expectParity(features);
  });
});

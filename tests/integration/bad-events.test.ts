import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { eventOf, type FeatureBench, queryLake, startFeatureBench } from '../support/feature-store.ts';
import { writeLake } from '../support/lake.ts';

const within = { deadlineMs: 90_000 };
const CARD = 'card-7';

let bench: FeatureBench;
beforeEach(async () => {
  bench = await startFeatureBench();
  await writeLake(bench.lake, { days: 2, perDay: 20, cards: 10 });
});
afterEach(() => bench.close());

async function publish(id: string, change: Record<string, unknown> = {}): Promise<void> {
  const transaction = {
    id,
    card_id: CARD,
    amount: 12.5,
    currency: 'EUR',
    merchant_id: 'merchant-1',
    country: 'DE',
    device_id: 'device-1',
    channel: 'terminal',
    timestamp: bench.clock.iso(),
    ...change,
  } as Transaction;
  await bench.producer.append('transactions', CARD, eventOf(transaction, bench.clock.iso()));
}

const groups = async () =>
  (await Array.fromAsync(bench.producer.read('dead-letters', 0)))
    .map(({ event }) => event.payload.group)
    .sort();
const drained = (group: string) =>
  waitFor(
    `group ${group} to have read everything`,
    async () => (await bench.producer.lag('transactions', group)).every((events) => events === 0),
    within,
  );

test('a bad event stops nobody unless the consumer is told to block, and then one setting lets it go on', {
  timeout: 300_000,
}, async () => {
  await bench.start('features');
  const consumer = await bench.start('feature-consumer', { 'ingest.on_bad_event': 'block' });
  const online = await bench.online.connect();
  const row = async () => (await online.get(`features:fraud@1:card:${CARD}`)) ?? '';
  await publish('before');
  await waitFor('the row to hold the first one', async () => (await row()).includes('"before"'), within);
  await publish('bad', { timestamp: '03.03.2025 12:00' });
  await publish('behind');

  const failures = /firedrill_eventlog_handler_failures_total\{[^}]*\} [2-9]/;
  await waitFor(
    'the consumer to fail again and again',
    async () => failures.test(await (await fetch(`${consumer.url}/metrics`)).text()),
    within,
  );
  expect(await row()).not.toContain('"behind"');
  await drained('lake');
  expect(await groups()).toEqual(['lake']);

  const answer = await consumer.send('PATCH', '/v1/settings', { 'ingest.on_bad_event': 'set_aside' });
  expect(answer.status).toBe(200);
  await waitFor('the row to hold the last one', async () => (await row()).includes('"behind"'), within);
  expect(await row()).not.toContain('"bad"');
  await drained('features-fraud@1');
  expect(new Set(await groups())).toEqual(new Set(['features-fraud@1', 'lake']));

  const lake = await queryLake(
    `SELECT id FROM read_parquet('${bench.lake}/transactions/day=2025-03-*/*.parquet')
     WHERE id IN ('before', 'bad', 'behind') ORDER BY id`,
  );
  expect(lake.map(({ id }) => id)).toEqual(['before', 'behind']);
  const refused = await consumer.send('PATCH', '/v1/settings', { 'ingest.on_bad_event': 'ignore' });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('set_aside, block');
});

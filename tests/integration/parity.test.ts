import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PredictionEvent } from '../../lib/contract/events.ts';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { createEvaluator } from '../../lib/features/evaluate.ts';
import { rowKeys } from '../../lib/features/keys.ts';
import { parseView } from '../../lib/features/view.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { eventOf, type FeatureBench, startFeatureBench } from '../support/feature-store.ts';
import { writeLake } from '../support/lake.ts';

interface Differences {
  entities: number;
  mismatched: number;
  examples: { feature: string; region?: string }[];
}
type Report = Differences & { at: string; served: Differences };

const view = parseView(
  readFileSync(new URL('../../services/features/definitions/fraud.v1.yaml', import.meta.url), 'utf8'),
);
const COLUMN = view.features.findIndex(({ name }) => name === 'card_tx_count_24h');
const SENT = 60;

let bench: FeatureBench;

beforeEach(async () => {
  bench = await startFeatureBench();
  await writeLake(bench.lake, { days: 35, perDay: 400, cards: 100 });
});
afterEach(() => bench.close());

const transactionOf = (i: number): Transaction => ({
  id: `live-${i}`,
  card_id: `card-${i}`,
  amount: ((i * 37) % 900) / 10 + 0.5,
  currency: 'EUR',
  merchant_id: `merchant-${(i * 13) % 210}`,
  country: 'DE',
  device_id: `device-${i}`,
  channel: 'terminal',
  timestamp: bench.clock.iso(),
});

/** What inference would write about a request; one region adds something to one feature. */
async function served(transaction: Transaction, i: number, added: number): Promise<PredictionEvent> {
  const online = await bench.online.connect();
  const rows = await online.mget(rowKeys(view, transaction));
  const values = new Float32Array(view.features.length);
  createEvaluator(view).evaluate(transaction, Date.parse(transaction.timestamp), rows, values, 0);
  const region = i % 2 === 0 ? 'eu' : 'us';
  if (region === 'us') values[COLUMN]! += added;
  return {
    id: `${transaction.id}/fraud/1`,
    type: 'prediction.made',
    version: 1,
    source: 'inference',
    occurred_at: transaction.timestamp,
    recorded_at: transaction.timestamp,
    payload: {
      transaction_id: transaction.id,
      card_id: transaction.card_id,
      score: 0.1,
      decision: 'approve',
      model: { name: 'fraud', version: '1', digest: `sha256:${'0'.repeat(64)}` },
      features: { view: 'fraud', version: 1, source: 'online', values: [...values] },
      region,
      channel: transaction.channel,
      degraded: false,
    },
  };
}

async function send(added: number): Promise<void> {
  for (let i = 0; i < SENT; i++) {
    const transaction = transactionOf(i);
    await bench.producer.append('predictions', transaction.card_id, await served(transaction, i, added));
    await bench.producer.append('transactions', transaction.card_id, eventOf(transaction));
  }
}

/** The comparison once what was sent is behind the watermark. */
const compared = async (features: { get<T>(path: string): Promise<T> }): Promise<Report> => {
  const now = bench.clock.now();
  return waitFor(
    'a comparison after the last request',
    async () => {
      const report = await features.get<Report>('/v1/parity?entities=100');
      return Date.parse(report.at) > now && report;
    },
    { deadlineMs: 90_000 },
  );
};

describe('parity', { timeout: 300_000 }, () => {
  it.each([
    ['is silent about what was served as trained', 0, []],
    ['tells what one region served otherwise, though the rows are right', 3, ['us']],
  ])('%s', async (_, added, regions) => {
    const features = await bench.start('features');
    await bench.start('feature-consumer');
    await waitFor('filled rows', async () => (await fetch(`${features.url}/readyz`)).ok, {
      deadlineMs: 90_000,
    });
    await send(added);
    const report = await compared(features);
    expect(report.mismatched).toBe(0);
    expect(report.served.entities).toBeGreaterThan(SENT / 2);
    expect(report.served.mismatched > 0).toBe(added > 0);
    expect(report.served.examples.map(({ region }) => region)).toEqual(regions);
    for (const { feature } of report.served.examples) expect(feature).toBe('card_tx_count_24h');
  });

  it('tells of rows that are wrong until they are made anew', async () => {
    const features = await bench.start('features');
    await bench.start('feature-consumer');
    await waitFor('filled rows', async () => (await fetch(`${features.url}/readyz`)).ok, {
      deadlineMs: 90_000,
    });
    await send(0);
    expect((await compared(features)).mismatched).toBe(0);

    const online = await bench.online.connect();
    for (let i = 0; i < SENT; i++) {
      const [key] = rowKeys(view, transactionOf(i));
      const row = JSON.parse((await online.get(key!))!) as { events: unknown[] };
      await online.set(key!, JSON.stringify({ ...row, events: row.events.slice(1) }));
    }
    expect((await compared(features)).mismatched).toBeGreaterThan(0);

    expect((await features.send('POST', '/v1/fill', {})).status).toBe(200);
    expect((await compared(features)).mismatched).toBe(0);
    expect((await features.send('POST', '/v1/fill', { view: 'nobody@1' })).status).toBe(404);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import {
  eventOf,
  type FeatureBench,
  type RunningService,
  startFeatureBench,
} from '../support/feature-store.ts';
import { writeLake } from '../support/lake.ts';
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts';

const WITHIN = { deadlineMs: 120_000, everyMs: 100 };
const ROWS = 'features:fraud@1:*:*';

const missing = whyNoPostgres();
if (missing) console.warn(`tests of the cold features are skipped: ${missing}`);

describe.skipIf(missing)('cold features (skipped without PostgreSQL)', { timeout: 300_000 }, () => {
  let bench: FeatureBench;
  let cold: PostgresServer;
  let features: RunningService;
  let n = 0;

  beforeAll(async () => {
    cold = await startPostgres();
    bench = await startFeatureBench();
    await writeLake(bench.lake, { days: 35, perDay: 100, cards: 50 });
    const env = { COLD_STORE_URL: cold.url };
    features = await bench.start('features', {}, env);
    await bench.start('feature-consumer', {}, env);
  }, 240_000);
  afterAll(async () => {
    await bench?.close();
    await cold?.stop();
  });

  /** @returns the id of the transaction */
  async function pay(card: string): Promise<string> {
    const transaction: Transaction = {
      id: `live-${n++}`,
      card_id: card,
      amount: 12.5,
      currency: 'EUR',
      merchant_id: 'merchant-1',
      country: 'DE',
      device_id: `device-of-${card}`,
      channel: 'terminal',
      timestamp: bench.clock.iso(),
    };
    await bench.producer.append('transactions', card, eventOf(transaction));
    return transaction.id;
  }
  /** Rows of the online store by key, but for what it says about them. */
  async function online(): Promise<Record<string, string>> {
    const redis = await bench.online.connect();
    const keys = await redis.keys(ROWS);
    const texts = keys.length === 0 ? [] : await redis.mget(keys);
    redis.disconnect();
    return Object.fromEntries(keys.map((key, i) => [key, texts[i]!]));
  }
  async function stored(): Promise<Record<string, string>> {
    const rows = await cold.sql<{ key: string; row: string }>('SELECT key, row FROM feature_rows');
    return Object.fromEntries(rows.map(({ key, row }) => [key, row]));
  }
  const copied = () =>
    waitFor(
      'the copy for the writer',
      async () => {
        const [state] = await cold.sql('SELECT wanted, copied FROM feature_copies').catch(() => []);
        return state !== undefined && state.wanted !== 'nobody' && state.wanted === state.copied;
      },
      WITHIN,
    );
  const same = () =>
    waitFor(
      'both stores to hold the same rows',
      async () => {
        const [a, b] = await Promise.all([online(), stored()]);
        return Object.keys(a).length > 50 && JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
      },
      WITHIN,
    );
  const sorted = (rows: Record<string, string>) => Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1));
  const eventsOf = (row: string | undefined): string[] =>
    ((JSON.parse(row ?? '{"events":[]}') as { events: [number, string][] }).events ?? []).map(([, id]) => id);

  test('the store is filled by itself, follows the stream, and says how far it has come', async () => {
    await copied();
    await Promise.all(Array.from({ length: 40 }, (_, i) => pay(`card-${i % 10}`)));
    await same();
    const row = 'features:fraud@1:card:card-3';
    await waitFor(
      'the newest events',
      async () => eventsOf((await stored())[row]).includes('live-33'),
      WITHIN,
    );
    const marks = () =>
      cold.sql<{ watermark: Date }>('SELECT watermark FROM feature_watermarks').then((rows) => rows.length);
    await waitFor('a watermark of every partition', async () => (await marks()) === 4, WITHIN);
  });

  test('a row the online store has lost comes back with the next event, whole', async () => {
    await copied();
    const row = 'features:fraud@1:card:card-7';
    const first = await pay('card-7');
    await waitFor('its event', async () => eventsOf((await online())[row]).includes(first), WITHIN);
    await same();
    const before = eventsOf((await online())[row]);
    expect(before.length).toBeGreaterThan(1);
    const redis = await bench.online.connect();
    await redis.del(row);
    const second = await pay('card-7');
    await waitFor('the row', async () => (await online())[row] !== undefined, WITHIN);
    expect(eventsOf((await online())[row])).toEqual([...before, second]);
  });

  test('a copy that is asked for brings back what the cold store lacks; an empty one is told so', async () => {
    await copied();
    await same();
    await cold.sql("DELETE FROM feature_rows WHERE key LIKE '%:card:%'");
    const response = await features.send('POST', '/v1/cold/fill', { view: 'fraud@1' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ view: 'fraud@1', rows: expect.any(Number) });
    await same();

    const without = await bench.start('features', {}, { STATE_DIR: `${bench.lake}-other` });
    const refused = await without.send('POST', '/v1/cold/fill', { view: 'fraud@1' });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      error: { code: 'FEATURES_NO_COLD_STORE', message: expect.stringContaining('COLD_STORE_URL') },
    });
  });
});

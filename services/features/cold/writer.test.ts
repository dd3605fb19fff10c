import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COPIED, MAKE_TABLES } from '../../../lib/features/cold.ts';
import { parseView } from '../../../lib/features/view.ts';
import { createLogger } from '../../../lib/kit/logging.ts';
import { createMetrics, type Metrics } from '../../../lib/kit/metrics.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../../tests/support/postgres.ts';
import { loadDefinitions } from '../definitions.ts';
import { ColdWriter } from './writer.ts';

const WITHIN = { deadlineMs: 60_000, everyMs: 20 };
const NOON = '2025-03-03T12:00:00.000Z';
const LATER = '2025-03-03T13:00:00.000Z';
const view = parseView(loadDefinitions().get('fraud@1')!.yaml);

const missing = whyNoPostgres();
if (missing) console.warn(`tests of writing to the cold store are skipped: ${missing}`);

describe.skipIf(missing)('writing behind (skipped without PostgreSQL)', () => {
  let server: PostgresServer;
  let metrics: Metrics;
  const writers: ColdWriter[] = [];

  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  beforeEach(async () => {
    await server.sql(MAKE_TABLES);
    await server.sql('TRUNCATE feature_rows, feature_watermarks, feature_copies');
  });
  afterEach(() => Promise.all(writers.splice(0).map((writer) => writer.stop())));
  afterAll(() => server?.stop());

  function open(mostPending?: number): ColdWriter {
    metrics = createMetrics();
    const logger = createLogger({ name: 'test', level: 'silent', revision: '1' });
    const writer = new ColdWriter({
      url: server.url,
      name: 'test',
      view,
      metrics,
      logger,
      ...(mostPending && { mostPending }),
    });
    writers.push(writer);
    return writer;
  }
  const rows = async () =>
    Object.fromEntries(
      (await server.sql<{ key: string; row: string }>('SELECT key, row FROM feature_rows')).map((one) => [
        one.key,
        one.row,
      ]),
    );
  const wanted = async () => (await server.sql('SELECT wanted FROM feature_copies'))[0]?.wanted as string;
  const watermark = async () =>
    (await server.sql<{ watermark: Date }>('SELECT watermark FROM feature_watermarks WHERE partition = 0'))[0]
      ?.watermark;
  const grantCopy = async () => server.sql(COPIED, ['fraud@1', await wanted(), 'fill', null]);
  const asksForCopy = (before?: string) =>
    waitFor(
      'a copy to be asked for',
      async () => {
        const now = await wanted();
        return now !== undefined && now !== before && now;
      },
      WITHIN,
    );

  test('rows arrive by themselves, as they are by then', async () => {
    const writer = open();
    writer.put(['a', 'old', 'b', 'two'], 0, NOON);
    writer.put(['a', 'one'], 0, undefined);
    await waitFor('the rows', async () => Object.keys(await rows()).length === 2, WITHIN);
    expect(await rows()).toEqual({ a: 'one', b: 'two' });
  });

  test('the watermark moves for a writer that has had its copy, and for no other', async () => {
    const writer = open();
    await asksForCopy();
    writer.put(['a', 'one'], 0, NOON);
    await writer.flush();
    expect(await watermark()).toBeUndefined();
    await grantCopy();
    writer.put([], 0, LATER);
    await writer.flush();
    expect((await watermark())?.toISOString()).toBe(LATER);
    // One that is started anew may have lost what it had not written.
    await writer.stop();
    const before = await wanted();
    const next = open();
    await asksForCopy(before);
    next.put([], 0, '2025-03-03T14:00:00.000Z');
    await next.flush();
    expect((await watermark())?.toISOString()).toBe(LATER);
  });

  test('too many rows for a store that is away: all are given up, and it asks for a copy', async () => {
    const writer = open(3);
    const before = await asksForCopy();
    await grantCopy();
    await server.shutDown();
    try {
      writer.put(['a', '1', 'b', '2', 'c', '3'], 0, NOON);
      await expect(writer.flush()).rejects.toThrow();
      writer.put(['d', '4'], 0, LATER);
    } finally {
      await server.start();
    }
    await asksForCopy(before);
    writer.put(['e', '5'], 0, LATER);
    await waitFor('the row after', async () => (await rows()).e === '5', WITHIN);
    expect(await rows()).toEqual({ e: '5' });
    expect(await watermark()).toBeUndefined();
    const text = await metrics.registry.metrics();
    expect(text).toContain('firedrill_features_cold_rows_total{result="given_up"} 4');
  });

  test('what waits survives a server that is restarted', async () => {
    const writer = open();
    await asksForCopy();
    await server.shutDown();
    writer.put(['a', 'one'], 0, undefined);
    await expect(writer.flush()).rejects.toThrow();
    await server.start();
    await waitFor('the row', async () => (await rows()).a === 'one', WITHIN);
  });

  test('rows come back, the newest first from what waits; of a store that is away none, and soon', async () => {
    const writer = open();
    await asksForCopy();
    writer.put(['a', 'one', 'b', 'two'], 0, undefined);
    await writer.flush();
    await server.shutDown();
    try {
      writer.put(['b', 'newer'], 0, undefined);
      expect(await writer.recover(['a', 'b', 'c'])).toEqual([null, 'newer', null]);
    } finally {
      await server.start();
    }
    const back = async () => (await writer.recover(['a']))[0] === 'one';
    await waitFor('the row of the store', back, WITHIN);
    expect(await writer.recover(['b', 'c', 'a'])).toEqual(['newer', null, 'one']);
  });
});

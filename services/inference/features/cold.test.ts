import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COPIED, MAKE_TABLES, WRITE_ROWS } from '../../../lib/features/cold.ts';
import { createMetrics, type Metrics } from '../../../lib/kit/metrics.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type BadNetwork, startNetwork } from '../../../tests/support/network.ts';
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../../tests/support/postgres.ts';
import { COLD_SETTINGS, ColdStore } from './cold.ts';
import { sampleOf } from './testbed.ts';

const WITHIN = { deadlineMs: 60_000, everyMs: 20 };
const A = 'features:fraud@1:card:a';
const B = 'features:fraud@1:card:b';
const NOBODY = 'features:fraud@1:card:nobody';
const UNTIL = '2025-03-03T12:00:00.000Z';

const missing = whyNoPostgres();
if (missing) console.warn(`tests of the cold store are skipped: ${missing}`);

describe.skipIf(missing)('the cold store (skipped without PostgreSQL)', () => {
  let server: PostgresServer;
  let network: BadNetwork;
  let url: string;
  let metrics: Metrics;
  const stores: ColdStore[] = [];
  const locks: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    server = await startPostgres();
    network = await startNetwork(server.port);
    url = server.urlAt(network.port);
    await server.sql(MAKE_TABLES);
  }, 120_000);
  beforeEach(async () => {
    await server.sql('TRUNCATE feature_rows, feature_watermarks, feature_copies');
    await server.sql(WRITE_ROWS, [
      [A, B],
      ['one', 'two'],
    ]);
    await server.sql(COPIED, ['fraud@1', 'somebody', 'fill', null]);
  });
  afterEach(async () => {
    await network.reset();
    await Promise.all(locks.splice(0).map((unlock) => unlock()));
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });
  afterAll(async () => {
    await network?.stop();
    await server?.stop();
  });

  function open(initial: Record<string, unknown> = {}) {
    metrics = createMetrics();
    const settings = createSettings(COLD_SETTINGS, {
      'cold.enabled': true,
      'cold.pool_max': 2,
      'cold.acquire_timeout_ms': 30_000,
      'cold.query_timeout_ms': 30_000,
      ...initial,
    });
    const store = new ColdStore({ url, name: 'test', settings, metrics, logger: { debug: () => {} } });
    stores.push(store);
    return { store, settings };
  }
  const pool = async () => ({
    inUse: await sampleOf(metrics, 'firedrill_cold_store_pool_connections{state="in_use"}'),
    waiting: await sampleOf(metrics, 'firedrill_cold_store_pool_waiting'),
  });
  const requests = (result: string) =>
    sampleOf(metrics, `firedrill_cold_store_requests_total{result="${result}"}`);
  const sessions = async () =>
    Number(
      (await server.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test'"))[0]!.count,
    );
  /** Somebody's forgotten transaction: whoever reads the rows waits. */
  async function lock(): Promise<() => Promise<void>> {
    const client = await server.connect();
    await client.query('BEGIN');
    await client.query('LOCK TABLE feature_rows IN ACCESS EXCLUSIVE MODE');
    const unlock = () => client.end();
    // Of a test that failed before it got there.
    locks.push(unlock);
    return unlock;
  }
  const both = async (store: ColdStore) =>
    (await Promise.all([store.read([A]), store.read([A])])).every((one) => typeof one !== 'string');
  const answers = (store: ColdStore) => async () => typeof (await store.read([A])) !== 'string';

  test('rows in the order of the keys, and how much they know', async () => {
    const { store } = open();
    expect(await store.read([B, NOBODY, A])).toEqual({
      texts: ['two', null, 'one'],
      knowsUntilMs: undefined,
    });
    await server.sql("INSERT INTO feature_watermarks VALUES ('fraud@1', 0, $1), ('fraud@1', 1, now())", [
      UNTIL,
    ]);
    expect(await store.read([A])).toEqual({ texts: ['one'], knowsUntilMs: Date.parse(UNTIL) });
    expect(await requests('read')).toBe(2);
    expect(await sampleOf(metrics, 'firedrill_cold_store_query_duration_seconds_count')).toBe(2);
  });

  test('a store that was never filled does not say that nobody was ever seen', async () => {
    const { store } = open();
    await server.sql('UPDATE feature_copies SET copied = NULL');
    expect(await store.read([A])).toBe('unavailable');
    expect(await requests('not_filled')).toBe(1);
    await server.sql('DROP TABLE feature_rows');
    try {
      expect(await store.read([A])).toBe('unavailable');
    } finally {
      await server.sql(MAKE_TABLES);
    }
  });

  test('with every connection in use, who comes next waits no longer than it may', async () => {
    const { store, settings } = open({ 'cold.acquire_timeout_ms': 50 });
    await waitFor('two connections', async () => (await both(store)) && (await sessions()) === 2, WITHIN);
    const unlock = await lock();
    const before = await requests('acquire_timeout');
    const inUse = [store.read([A]), store.read([A])];
    const late = await Promise.all(Array.from({ length: 20 }, () => store.read([B])));
    expect(new Set(late)).toEqual(new Set(['overloaded']));
    expect((await requests('acquire_timeout')) - before).toBe(20);
    expect(await pool()).toEqual({ inUse: 2, waiting: 0 });
    expect(await sessions()).toBeLessThanOrEqual(settings.values['cold.pool_max']);
    await unlock();
    expect(await Promise.all(inUse)).toEqual([
      { texts: ['one'], knowsUntilMs: undefined },
      { texts: ['one'], knowsUntilMs: undefined },
    ]);
  });

  test('without a limit they all wait; a limit that is set later sends them away at once', async () => {
    const { store, settings } = open({ 'cold.acquire_timeout_ms': 0, 'cold.query_timeout_ms': 0 });
    await store.read([A]);
    const unlock = await lock();
    try {
      const all = Array.from({ length: 12 }, () => store.read([A]));
      await waitFor('ten to wait', async () => (await pool()).waiting === 10, WITHIN);
      expect(await pool()).toEqual({ inUse: 2, waiting: 10 });
      settings.patch({ 'cold.acquire_timeout_ms': 30_000, 'cold.query_timeout_ms': 200 });
      // The two under way are cut off after a second's grace.
      expect(new Set(await Promise.all(all))).toEqual(new Set(['unavailable']));
      expect(await store.read([A])).toBe('timeout');
    } finally {
      await unlock();
    }
    await waitFor('rows to come again', answers(store), WITHIN);
  });

  test('a statement that takes too long is given up by the server, which keeps no session for it', async () => {
    const { store } = open({ 'cold.query_timeout_ms': 1_000 });
    await waitFor('rows to come', answers(store), WITHIN);
    const unlock = await lock();
    try {
      expect(await store.read([A])).toBe('timeout');
      const waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'test' AND state = 'active'";
      const none = async () => (await server.sql(waiting))[0]!.count === '0';
      await waitFor('no statement to be under way', none, WITHIN);
    } finally {
      await unlock();
    }
    await waitFor('rows to come again', answers(store), WITHIN);
  });

  test('a connection that is late for who asked is there for who comes next', async () => {
    const { store } = open({ 'cold.acquire_timeout_ms': 20 });
    await network.delay(100);
    expect(await store.read([A])).toBe('overloaded');
    await waitFor('a connection to be there', answers(store), WITHIN);
    expect(await sessions()).toBeLessThanOrEqual(2);
  });

  test('a silent network is borne within the time-outs, and nothing of it is left', async () => {
    const { store } = open({ 'cold.query_timeout_ms': 200, 'cold.acquire_timeout_ms': 200 });
    await waitFor('rows to come', answers(store), WITHIN);
    await network.hang();
    expect(await store.read([A])).toBe('timeout');
    // What it makes anew is silent as well.
    expect(await store.read([A])).toMatch(/^(timeout|overloaded)$/);
    await network.reset();
    await waitFor('rows to come again', answers(store), WITHIN);
    await waitFor('the sessions of one pool', async () => (await sessions()) <= 2, WITHIN);
  });

  test('a server that is restarted is found again; meanwhile it is unavailable', async () => {
    const { store } = open();
    await store.read([A]);
    await server.shutDown();
    expect(await store.read([A])).toBe('unavailable');
    expect(await store.read([A])).toBe('unavailable');
    await server.start();
    await waitFor('rows to come again', answers(store), WITHIN);
  });

  test('other bounds make another pool, under requests, and none is lost', async () => {
    // A busy machine takes longer to connect than a lookup may wait; that is not what this is about.
    const { store, settings } = open({ 'cold.acquire_timeout_ms': 10_000, 'cold.query_timeout_ms': 10_000 });
    const all: Promise<unknown>[] = [];
    for (const max of [1, 3, 2]) {
      settings.patch({ 'cold.pool_max': max });
      const reads = () => Array.from({ length: max }, () => store.read([A]));
      // Who still waits for a connection is sent away with its pool, so all of them are made first.
      await Promise.all(reads());
      all.push(...reads());
      await store.read([A]);
    }
    expect(new Set((await Promise.all(all)).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"texts":["one"]}']),
    );
    settings.patch({ 'cold.enabled': false });
    expect(store.enabled).toBe(false);
    await waitFor('no session to be left', async () => (await sessions()) === 0, WITHIN);
  });
});

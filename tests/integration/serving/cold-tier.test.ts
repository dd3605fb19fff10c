import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COPIED, MAKE_TABLES, WRITE_ROWS } from '../../../lib/features/cold.ts';
import { rowKeys } from '../../../lib/features/keys.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type BadNetwork, startNetwork } from '../../support/network.ts';
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts';
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

const WITHIN = { deadlineMs: 60_000, everyMs: 20 };
const missing = whyNoPostgres();
if (missing) console.warn(`tests of serving from the cold store are skipped: ${missing}`);

describe.skipIf(missing)(
  'serving with a cold store (skipped without PostgreSQL)',
  { timeout: 120_000 },
  () => {
    let bank: Bank;
    let server: PostgresServer;
    let network: BadNetwork;
    let eu: Awaited<ReturnType<Bank['startInference']>>;

    beforeAll(async () => {
      bank = await openBank();
      server = await startPostgres();
      network = await startNetwork(server.port);
      await server.sql(MAKE_TABLES);
      const { rows } = bank.traffic;
      await server.sql(WRITE_ROWS, [[...rows.keys()], [...rows.values()]]);
      await server.sql(COPIED, ['fraud@1', 'somebody', 'fill', null]);
      const policy = { on_missing_features: 'review', max_feature_age_seconds: null } as const;
      await bank.promote(await bank.register('one', { policy }));
      eu = await bank.startInference('eu', { COLD_STORE_URL: server.urlAt(network.port) });
      await serves(eu);
    }, 240_000);
    afterAll(async () => {
      await bank?.stop();
      await network?.stop();
      await server?.stop();
    });

    const INITIAL = {
      'features.timeout_ms': 10_000,
      'features.max_age_seconds': 'model',
      'breaker.open_ms': 50,
      'cold.enabled': true,
      'cold.pool_max': 2,
      'cold.acquire_timeout_ms': 30_000,
      'cold.query_timeout_ms': 30_000,
      'cold.breaker_enabled': true,
    };
    beforeEach(() => set(INITIAL));
    afterEach(async () => {
      bank.online.resume();
      await network.reset();
      await set(INITIAL);
      await server.sql('TRUNCATE feature_watermarks');
      const redis = await bank.online.connect();
      await redis.mset(bank.traffic.rows);
      const well = async () => (await score()).body.features?.source === 'online';
      await waitFor('rows of the online store', well, WITHIN);
      // Both circuits closed: nothing is carried over.
      await lose();
      await waitFor(
        'rows of the cold store',
        async () => (await score()).body.features?.source === 'cold',
        WITHIN,
      );
      await redis.mset(bank.traffic.rows);
    });

    async function set(settings: Record<string, unknown>): Promise<void> {
      const response = await fetch(`${eu.url}/v1/settings`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
        body: JSON.stringify(settings),
      });
      if (response.status !== 200) throw new Error(await response.text());
    }
    let n = 0;
    const transaction = () => ({ ...bank.traffic.requests[1]!, id: `cold-${n++}` });
    const score = (changes = {}): Promise<JsonAnswer> =>
      post(`${eu.url}/v1/score`, { transaction: { ...transaction(), ...changes } });
    /** The online store forgets what it knows of the card. */
    async function lose(): Promise<void> {
      const redis = await bank.online.connect();
      await redis.del(...rowKeys(bank.view, transaction()));
    }
    const freeze = async () => {
      bank.online.pause();
      await set({ 'features.timeout_ms': 20 });
    };
    const lookups = (result: string) =>
      sample(eu.url, `firedrill_feature_lookup_total{tier="cold",result="${result}"}`).then(
        (value) => value ?? 0,
      );
    const circuit = () => sample(eu.url, 'firedrill_circuit_state{dependency="cold_store"}');

    test('a row that the online store has lost comes from the cold one, and changes nothing', async () => {
      const whole = await score();
      expect(whole.body).toMatchObject({ degraded: false, features: { source: 'online' } });
      await lose();
      const { body } = await score();
      expect(body).toMatchObject({
        degraded: false,
        features: { source: 'cold', age_seconds: expect.any(Number) },
      });
      expect(body.score).toBeCloseTo(whole.body.score, 6);
      expect(await lookups('read')).toBeGreaterThan(0);
      // It has one writer, and that is not who reads.
      const redis = await bank.online.connect();
      expect(await redis.exists(...rowKeys(bank.view, transaction()))).toBe(0);
    });

    test('switched off it is not asked', async () => {
      await set({ 'cold.enabled': false });
      await lose();
      const asked = () => sample(eu.url, 'firedrill_cold_store_requests_total{result="read"}');
      const before = await asked();
      expect((await score()).body).toMatchObject({ degraded: false, features: { source: 'default' } });
      expect(await asked()).toBe(before);
    });

    test('without the online store its rows stand in, and the answer says so', async () => {
      await freeze();
      const { body } = await score();
      expect(body).toMatchObject({ degraded: true, features: { source: 'cold' } });
      expect(body).not.toHaveProperty('reason');
      const series = 'firedrill_inference_fallbacks_total{model="fraud",reason="timeout",action="cold"}';
      expect(await sample(eu.url, series)).toBeGreaterThan(0);
      // Whom neither has seen is new, as far as anybody knows.
      expect((await score({ card_id: 'nobody', device_id: 'none', merchant_id: 'none' })).body).toMatchObject(
        {
          degraded: true,
          features: { source: 'default', age_seconds: null },
        },
      );
    });

    test('they are dated by the watermark of the cold store', async () => {
      await set({ 'features.max_age_seconds': 3_600 });
      await freeze();
      const mark = (ms: number) =>
        server.sql(
          "INSERT INTO feature_watermarks VALUES ('fraud@1', 0, $1) ON CONFLICT (view, partition) DO UPDATE SET watermark = $1",
          [new Date(ms).toISOString()],
        );
      expect((await score()).body).toMatchObject({ decision: 'review', reason: 'features_outdated' });
      await mark(NOON_MS - 7_200_000);
      expect((await score()).body).toMatchObject({ decision: 'review', reason: 'features_outdated' });
      await mark(NOON_MS);
      expect((await score()).body).toMatchObject({ degraded: true, features: { source: 'cold' } });
    });

    test('a row that cannot be read is a missing one', async () => {
      const [card] = rowKeys(bank.view, transaction());
      const [{ row }] = (await server.sql<{ row: string }>('SELECT row FROM feature_rows WHERE key = $1', [
        card,
      ])) as [{ row: string }];
      await lose();
      await server.sql(WRITE_ROWS, [[card], ['{"updated_at":']]);
      try {
        expect((await score()).body).toMatchObject({ decision: 'review', degraded: true });
      } finally {
        await server.sql(WRITE_ROWS, [[card], [row]]);
      }
    });

    test('silent, it is left alone by its circuit; nobody fails, and it is asked again when it is back', async () => {
      await set({ 'cold.query_timeout_ms': 50, 'cold.acquire_timeout_ms': 50, 'breaker.min_lookups': 3 });
      await lose();
      await network.hang();
      const opened = async () => {
        const { status, body } = await score();
        expect(status).toBe(200);
        // As without a cold store: the online one has answered.
        expect(body).toMatchObject({ degraded: false, features: { source: 'default' } });
        return (await circuit()) !== 0;
      };
      await waitFor('its circuit to open', opened, WITHIN);
      await score();
      expect(await lookups('circuit_open')).toBeGreaterThan(0);
      await network.reset();
      await set({ 'cold.query_timeout_ms': 30_000, 'cold.acquire_timeout_ms': 30_000 });
      const back = async () => (await score()).body.features.source === 'cold';
      await waitFor('rows of the cold store', back, WITHIN);
      expect(await circuit()).toBe(0);
    });

    test('without limits and circuit its silence is that of every answer; limits set then free them', async () => {
      await set({ 'cold.acquire_timeout_ms': 0, 'cold.query_timeout_ms': 0, 'cold.breaker_enabled': false });
      await lose();
      await score();
      await network.hang();
      // One after the other, so that they do not share a batch.
      const answers: Promise<JsonAnswer>[] = [];
      const waiting = () => sample(eu.url, 'firedrill_cold_store_pool_waiting');
      const more = async () => {
        answers.push(score());
        return ((await waiting()) ?? 0) >= 5;
      };
      await waitFor('requests to wait for a connection', more, WITHIN);
      expect(await sample(eu.url, 'firedrill_cold_store_pool_connections{state="in_use"}')).toBe(2);
      await set({ 'cold.acquire_timeout_ms': 50, 'cold.query_timeout_ms': 50 });
      for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
      expect(await waiting()).toBe(0);
    });
  },
);

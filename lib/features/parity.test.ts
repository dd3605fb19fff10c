import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { CHANNELS, CURRENCIES, type Currency, type Transaction } from '../contract/transaction.ts';
import { DAY_MS, HOUR_MS, OPENING_DAY_MS, startOfDay } from '../kit/clock.ts';
import { createRandom, type Random } from '../kit/random.ts';
import { applyTransaction } from './apply.ts';
import { ENTITY_KEYS } from './columns.ts';
import { createEvaluator } from './evaluate.ts';
import { rowKey, rowKeys } from './keys.ts';
import { encodeRow, type NightlyRow, type StreamRow } from './rows.ts';
import { historicalSql, snapshotSql } from './sql.ts';
import { parseView } from './view.ts';

const view = parseView(
  readFileSync(new URL('../../services/features/definitions/fraud.v1.yaml', import.meta.url), 'utf8'),
);
const DAYS = 40;
const FROM = OPENING_DAY_MS - DAYS * DAY_MS;

/** Few entities and times on a coarse grid, so that ties, window edges and bursts are common. */
function randomHistory(random: Random, size: number): Transaction[] {
  const grid = random.pick([1, 1000, HOUR_MS]);
  const history: Transaction[] = Array.from({ length: size }, (_, i) => ({
    id: `t${i}`,
    card_id: `c${random.integer(6)}`,
    amount: Math.round(random.exponential(50) * 1000 + 1) / 1000,
    currency: random.pick(Object.keys(CURRENCIES) as Currency[]),
    merchant_id: `m${random.integer(5)}`,
    country: random.pick(['DE', 'FR', 'US']),
    device_id: `d${random.integer(8)}`,
    channel: random.pick(CHANNELS),
    timestamp: new Date(Math.floor((FROM + random.next() ** 2 * DAYS * DAY_MS) / grid) * grid).toISOString(),
  }));
  const retries = history.filter(() => random.next() < 0.05);
  return [...history, ...retries].sort((a, b) => a.timestamp.localeCompare(b.timestamp));
}

async function loadDuckDb(history: Transaction[], random: Random) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const db = await instance.connect();
  await db.run(`CREATE TABLE transactions (id VARCHAR, card_id VARCHAR, amount DOUBLE, currency VARCHAR,
    merchant_id VARCHAR, country VARCHAR, device_id VARCHAR, channel VARCHAR, ts BIGINT)`);
  await db.run(`CREATE TABLE labels (transaction_id VARCHAR, card_id VARCHAR, is_fraud BOOLEAN,
    transaction_ts BIGINT, matured_ts BIGINT)`);
  const transactions = await db.createAppender('transactions');
  const labels = await db.createAppender('labels');
  for (const transaction of history) {
    const ts = Date.parse(transaction.timestamp);
    for (const name of [
      'id',
      'card_id',
      'amount',
      'currency',
      'merchant_id',
      'country',
      'device_id',
      'channel',
    ] as const) {
      if (name === 'amount') transactions.appendDouble(transaction.amount);
      else transactions.appendVarchar(transaction[name]);
    }
    transactions.appendBigInt(BigInt(ts));
    transactions.endRow();
    if (random.next() < 0.1) continue;
    labels.appendVarchar(transaction.id);
    labels.appendVarchar(transaction.card_id);
    labels.appendBoolean(random.next() < 0.1);
    labels.appendBigInt(BigInt(ts));
    labels.appendBigInt(BigInt(ts + Math.floor(random.exponential(6 * HOUR_MS))));
    labels.endRow();
  }
  transactions.closeSync();
  labels.closeSync();
  const query = async (sql: string) => (await db.runAndReadAll(sql)).getRowObjectsJS();
  return { query, close: () => instance.closeSync() };
}

const relations = { transactions: 'transactions', labels: 'labels' };

describe.each(Array.from({ length: 8 }, (_, seed) => seed))('stream and SQL on random history %i', (seed) => {
  it('agree to the last bit of float32', async () => {
    const random = createRandom(`parity:${seed}`);
    const history = randomHistory(random, 900);
    const { query, close } = await loadDuckDb(history, random);
    const offline = await query(
      historicalSql(view, { ...relations, range: { from: FROM, to: OPENING_DAY_MS } }),
    );
    const online = new Map<string, string>();
    const midnights = Array.from({ length: DAYS + 1 }, (_, day) => FROM + day * DAY_MS);
    const snapshots = new Map<string, NightlyRow['snapshots']>();
    for (const definition of view.rows.filter(({ cadence }) => cadence === 'nightly')) {
      for (const { entity_id, as_of, ...values } of await query(
        snapshotSql(view, definition.entity, midnights, relations),
      )) {
        const key = rowKey(view, definition, String(entity_id));
        const known = snapshots.get(key) ?? [];
        known.push({ as_of: Number(as_of), values: values as Record<string, number | null> });
        snapshots.set(key, known);
      }
    }
    close();

    const evaluator = createEvaluator(view);
    const computed = new Map<string, Float32Array>();
    const rows = new Map<string, StreamRow>();
    for (const transaction of history) {
      const at = Date.parse(transaction.timestamp);
      const asOf = startOfDay(at - view.availableAfterMs);
      for (const key of rowKeys(view, transaction)) {
        const inEffect = snapshots.get(key)?.filter(({ as_of }) => as_of === asOf) ?? [];
        if (inEffect.length > 0) online.set(key, encodeRow({ snapshots: inEffect }));
        else if (key.endsWith(':nightly')) online.delete(key);
      }
      if (!computed.has(transaction.id)) {
        const into = new Float32Array(evaluator.width);
        const found = rowKeys(view, transaction).map((key) => online.get(key) ?? null);
        evaluator.evaluate(transaction, at, found, into, 0);
        computed.set(transaction.id, into);
      }
      for (const definition of view.rows.filter(({ cadence }) => cadence === 'stream')) {
        const key = rowKey(view, definition, transaction[ENTITY_KEYS[definition.entity]]);
        const { row } = applyTransaction(view, definition, rows.get(key), transaction);
        rows.set(key, row);
        online.set(key, encodeRow(row));
      }
    }

    expect(offline.length).toBe(computed.size);
    for (const row of offline) {
      const values = Object.fromEntries(
        view.features.map(({ name }, i) => [name, computed.get(String(row.transaction_id))?.[i]]),
      );
      expect(Object.fromEntries(view.features.map(({ name }) => [name, row[name]]))).toEqual(values);
    }
  });
});

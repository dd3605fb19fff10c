import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { PendingLabels } from '../labels/pending.ts';
import { type HistoryReport, writeHistory } from './write.ts';

const DAYS = 14;
const root = mkdtempSync(join(tmpdir(), 'history-'));
const optionsFor = (name: string) => ({
  seed: 'test',
  lakeDir: join(root, name, 'lake'),
  stateDir: join(root, name, 'state'),
  days: DAYS,
  volumePerDay: 1_000,
});
const options = optionsFor('first');
let report: HistoryReport;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjects();
const files = (lakeDir: string, table: string) => `read_parquet('${lakeDir}/${table}/*/*.parquet')`;

beforeAll(async () => {
  report = await writeHistory(options);
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});

afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(root, { recursive: true });
});

describe('the lake', () => {
  test('has every day before opening, each transaction once and in its day, in order', async () => {
    const [row] = await query(`
      SELECT count(*) AS n, count(DISTINCT id) AS ids, count(DISTINCT day) AS days, min(ts) AS first, max(ts) AS last,
        count(*) FILTER (strftime(epoch_ms(ts), '%Y-%m-%d') <> day::VARCHAR) AS misplaced
      FROM read_parquet('${options.lakeDir}/transactions/*/*.parquet', hive_partitioning = true)`);
    expect(row).toMatchObject({
      n: BigInt(report.transactions),
      ids: row!.n,
      days: BigInt(DAYS),
      misplaced: 0n,
    });
    expect(Number(row!.first)).toBeGreaterThanOrEqual(OPENING_DAY_MS - DAYS * DAY_MS);
    expect(Number(row!.last)).toBeLessThan(OPENING_DAY_MS);
    expect(report.transactions / DAYS).toBeGreaterThan(850);
    expect(report.transactions / DAYS).toBeLessThan(1_150);

    const disorder = await query(`
      SELECT * FROM (SELECT ts < lag(ts) OVER (PARTITION BY filename ORDER BY file_row_number) AS back
      FROM read_parquet('${options.lakeDir}/transactions/*/*.parquet', filename = true, file_row_number = true))
      WHERE back`);
    expect(disorder).toEqual([]);
  });

  test('has the agreed columns', async () => {
    const columns = async (table: string) =>
      (await query(`DESCRIBE SELECT * FROM ${files(options.lakeDir, table)}`)).map(
        ({ column_name, column_type }) => `${column_name} ${column_type}`,
      );
    expect(await columns('transactions')).toEqual([
      ...['id VARCHAR', 'card_id VARCHAR', 'amount DOUBLE', 'currency VARCHAR', 'merchant_id VARCHAR'],
      ...['country VARCHAR', 'device_id VARCHAR', 'channel VARCHAR', 'ts BIGINT', 'day DATE'],
    ]);
    expect(await columns('labels')).toEqual([
      ...['transaction_id VARCHAR', 'card_id VARCHAR', 'is_fraud BOOLEAN', 'transaction_ts BIGINT'],
      ...['matured_ts BIGINT', 'day DATE'],
    ]);
  });

  test('knows only labels that had matured by opening, filed under the day they did', async () => {
    const [row] = await query(`
      SELECT count(*) AS n, min(matured_ts - transaction_ts) AS soonest, max(matured_ts - transaction_ts) AS latest,
        max(matured_ts) AS last, avg(is_fraud::INT) AS rate,
        count(*) FILTER (strftime(epoch_ms(matured_ts), '%Y-%m-%d') <> day::VARCHAR) AS misplaced
      FROM read_parquet('${options.lakeDir}/labels/*/*.parquet', hive_partitioning = true)`);
    expect(row).toMatchObject({ n: BigInt(report.labels), misplaced: 0n });
    expect(Number(row!.soonest)).toBeGreaterThan(0);
    expect(Number(row!.latest)).toBeLessThanOrEqual(DAY_MS);
    expect(Number(row!.last)).toBeLessThan(OPENING_DAY_MS);
    expect(Number(row!.rate)).toBeGreaterThan(0.007);
    expect(Number(row!.rate)).toBeLessThan(0.025);
  });

  test('together with the labels that wait, every transaction has exactly one', async () => {
    const pending = new PendingLabels(options.stateDir);
    const waiting = pending.due(Number.MAX_SAFE_INTEGER, 100_000);
    pending.close();
    expect(waiting.length).toBe(report.pending);
    expect(waiting.every(({ maturesMs }) => maturesMs >= OPENING_DAY_MS)).toBe(true);
    const known = await query(`SELECT transaction_id FROM ${files(options.lakeDir, 'labels')}`);
    const all = await query(`SELECT id FROM ${files(options.lakeDir, 'transactions')} ORDER BY id`);
    const labelled = [
      ...known.map(({ transaction_id }) => transaction_id),
      ...waiting.map(({ transactionId }) => transactionId),
    ];
    expect(labelled.sort()).toEqual(all.map(({ id }) => id));
  });
});

describe('writing', () => {
  test('a second time changes nothing', async () => {
    expect(await writeHistory(options)).toMatchObject({ written: false });
  });

  test('elsewhere with the same seed gives the same rows', async () => {
    const other = optionsFor('second');
    expect(await writeHistory(other)).toEqual(report);
    for (const table of ['transactions', 'labels']) {
      const [row] = await query(`
        SELECT count(*) AS n FROM ((FROM ${files(options.lakeDir, table)} EXCEPT ALL FROM ${files(other.lakeDir, table)}))`);
      expect(row).toEqual({ n: 0n });
    }
  });

  test('after an interrupted one starts over and leaves no draft', async () => {
    const interrupted = optionsFor('interrupted');
    mkdirSync(join(interrupted.lakeDir, '.history', 'transactions', 'day=2025-01-01'), { recursive: true });
    mkdirSync(join(interrupted.lakeDir, 'labels', 'day=1999-01-01'), { recursive: true });
    expect(await writeHistory({ ...interrupted, days: 2 })).toMatchObject({ written: true });
    expect(readdirSync(interrupted.lakeDir).sort()).toEqual(['labels', 'transactions']);
    expect(readdirSync(join(interrupted.lakeDir, 'labels'))).toEqual(['day=2025-03-01', 'day=2025-03-02']);
  });

  test('that fails leaves a lake without transactions', async () => {
    const failing = optionsFor('failing');
    mkdirSync(join(root, 'failing'), { recursive: true });
    // The state folder cannot be made where a file is.
    writeFileSync(failing.stateDir, '');
    await expect(writeHistory({ ...failing, days: 1 })).rejects.toThrow();
    expect(existsSync(join(failing.lakeDir, 'transactions'))).toBe(false);
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DAY_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { Compaction } from './compaction.ts';
import { openDuckDb, rowsOf, viewLake } from './duckdb.ts';
import { LakeWriter } from './writer.ts';

let lake: string;
let database: Awaited<ReturnType<typeof openDuckDb>>;
let writer: LakeWriter;

beforeEach(async () => {
  lake = mkdtempSync(join(tmpdir(), 'lake-'));
  database = await openDuckDb({ threads: 1, memory: '64MB', temporary: join(lake, '.spill') });
  writer = new LakeWriter(database.db, lake);
});
afterEach(() => {
  database.close();
  rmSync(lake, { recursive: true, force: true });
});

const row = (id: number) => ({
  id: `t${id}`,
  card_id: 'c1',
  amount: id + 0.5,
  currency: 'EUR',
  merchant_id: 'm1',
  country: 'DE',
  device_id: 'd1',
  channel: 'terminal',
  ts: OPENING_DAY_MS + id,
});
const files = (day: string) => readdirSync(join(lake, 'transactions', `day=${day}`)).sort();

it('merges a closed day once, without duplicates, and keeps the parts for a while', async () => {
  let now = 0;
  const compaction = new Compaction(writer, lake, () => now);
  await writer.write('transactions', '2025-03-03', 'part-0-1', [row(1), row(2)]);
  await writer.write('transactions', '2025-03-03', 'part-1-1', [row(2), row(3)]);
  await writer.write('transactions', '2025-03-04', 'part-0-2', [row(4)]);

  expect(await compaction.run(OPENING_DAY_MS + DAY_MS)).toBe(true);
  expect(await compaction.run(OPENING_DAY_MS + DAY_MS)).toBe(false);
  expect(files('2025-03-03')).toEqual(['day.parquet', 'part-0-1.parquet', 'part-1-1.parquet']);

  now = 60_000;
  expect(await compaction.run(OPENING_DAY_MS + DAY_MS)).toBe(false);
  expect(files('2025-03-03')).toEqual(['day.parquet']);
  expect(files('2025-03-04')).toEqual(['part-0-2.parquet']);
  await viewLake(database.db, lake);
  const rows = await rowsOf(database.db, 'SELECT id, amount FROM lake_transactions ORDER BY id');
  expect(rows).toEqual([1, 2, 3, 4].map((id) => ({ id: `t${id}`, amount: id + 0.5 })));
});

it('adds what comes late to a day that was merged before', async () => {
  const compaction = new Compaction(writer, lake);
  await writer.write('transactions', '2025-03-03', 'part-0-1', [row(1)]);
  await compaction.run(OPENING_DAY_MS + DAY_MS);
  await writer.write('transactions', '2025-03-03', 'part-0-9', [row(9)]);
  expect(await compaction.run(OPENING_DAY_MS + DAY_MS)).toBe(true);
  const [count] = await rowsOf(
    database.db,
    `SELECT count(*)::INT AS rows FROM read_parquet('${lake}/transactions/day=2025-03-03/day.parquet', hive_partitioning = false)`,
  );
  expect(count).toEqual({ rows: 2 });
});

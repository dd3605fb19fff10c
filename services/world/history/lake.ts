import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';

/** A kind of row of the lake: its columns in order, and what it is sorted by within a day. */
interface Table {
  columns: string;
  order: string;
}

const TABLES = {
  transactions: {
    columns: `id VARCHAR, card_id VARCHAR, amount DOUBLE, currency VARCHAR, merchant_id VARCHAR, country VARCHAR,
      device_id VARCHAR, channel VARCHAR, ts BIGINT`,
    order: 'ts, id',
  },
  labels: {
    columns:
      'transaction_id VARCHAR, card_id VARCHAR, is_fraud BOOLEAN, transaction_ts BIGINT, matured_ts BIGINT',
    order: 'matured_ts, transaction_id',
  },
} as const satisfies Record<string, Table>;

/**
 * Writes one file `<folder>/<table>/day=<day>/history.parquet`. `fill` appends the rows.
 */
export async function writeDay(
  connection: DuckDBConnection,
  folder: string,
  table: keyof typeof TABLES,
  day: string,
  fill: (appender: DuckDBAppender) => void,
): Promise<void> {
  const { columns, order } = TABLES[table];
  const partition = join(folder, table, `day=${day}`);
  await mkdir(partition, { recursive: true });
  await connection.run(`CREATE OR REPLACE TABLE ${table} (${columns})`);
  const appender = await connection.createAppender(table);
  fill(appender);
  appender.closeSync();
  const file = join(partition, 'history.parquet').replaceAll("'", "''");
  await connection.run(
    `COPY (FROM ${table} ORDER BY ${order}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`,
  );
}

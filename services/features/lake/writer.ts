import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { COLUMNS, columnsSql, dayFolder, literal, type Table } from './layout.ts';

/** A row by column name; times are epoch ms. */
export type LakeRow = Record<string, string | number | boolean>;

const APPEND = {
  VARCHAR: (appender: DuckDBAppender, value: unknown) => appender.appendVarchar(value as string),
  DOUBLE: (appender: DuckDBAppender, value: unknown) => appender.appendDouble(value as number),
  BIGINT: (appender: DuckDBAppender, value: unknown) => appender.appendBigInt(BigInt(value as number)),
  BOOLEAN: (appender: DuckDBAppender, value: unknown) => appender.appendBoolean(value as boolean),
};

/** Copies rows into a table of DuckDB that has the columns of `table`. */
export async function appendRows(
  db: DuckDBConnection,
  target: string,
  table: Table,
  rows: readonly LakeRow[],
): Promise<void> {
  const appender = await db.createAppender(target);
  for (const row of rows) {
    for (const [name, type] of Object.entries(COLUMNS[table])) APPEND[type](appender, row[name]);
    appender.endRow();
  }
  appender.closeSync();
}

/** Writes Parquet files that are there as a whole or not at all. */
export class LakeWriter {
  readonly #db: DuckDBConnection;
  readonly #lake: string;

  constructor(db: DuckDBConnection, lake: string) {
    this.#db = db;
    this.#lake = lake;
  }

  /** Writes rows of one business day; a file of the same name is replaced. */
  async write(table: Table, day: string, name: string, rows: readonly LakeRow[]): Promise<void> {
    const staging = `staging_${table}`;
    await this.#db.run(`CREATE OR REPLACE TEMP TABLE ${staging} (${columnsSql(table)})`);
    await appendRows(this.#db, staging, table, rows);
    await this.copy(`SELECT * FROM ${staging}`, table, day, name);
  }

  /** Writes the result of a query as a file of one business day. */
  async copy(query: string, table: Table, day: string, name: string): Promise<void> {
    const folder = dayFolder(this.#lake, table, day);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.parquet`);
    // Not *.parquet: readers must not see it before it is complete.
    const unfinished = `${file}.unfinished`;
    await this.#db.run(`COPY (${query}) TO ${literal(unfinished)} (FORMAT parquet, COMPRESSION zstd)`);
    sync(unfinished);
    renameSync(unfinished, file);
    sync(folder);
  }

  remove(file: string): void {
    rmSync(file, { force: true });
  }
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

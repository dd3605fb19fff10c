import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { columnsSql, literal, TABLES, type Table } from './layout.ts';

export interface DuckDbOptions {
  threads: number;
  /** For example `300MB`. */
  memory: string;
  /** Where to put what does not fit into memory. */
  temporary: string;
}

/** An in-memory database: the lake's files are the only state. */
export async function openDuckDb({ threads, memory, temporary }: DuckDbOptions): Promise<{
  db: DuckDBConnection;
  close(): void;
}> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: memory,
    temp_directory: temporary,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const db = await instance.connect();
  return {
    db,
    close: () => {
      db.closeSync();
      instance.closeSync();
    },
  };
}

/** Makes a view per table of the lake; a table without files is empty. Readers remove duplicates themselves. */
export async function viewLake(db: DuckDBConnection, lake: string): Promise<void> {
  for (const table of TABLES) {
    const pattern = join(lake, table, 'day=*', '*.parquet');
    const from = hasFiles(lake, table)
      ? `SELECT * FROM read_parquet(${literal(pattern)}, hive_partitioning = false)`
      : `SELECT * FROM lake_empty_${table}`;
    await db.run(`CREATE TABLE lake_empty_${table} (${columnsSql(table)})`);
    await db.run(`CREATE VIEW lake_${table} AS ${from}`);
  }
}

const hasFiles = (lake: string, table: Table): boolean =>
  existsSync(join(lake, table)) && globSync('day=*/*.parquet', { cwd: join(lake, table) }).length > 0;

/** Rows of a query as plain objects; BIGINT arrives as bigint. */
export const rowsOf = async (db: DuckDBConnection, sql: string): Promise<Record<string, unknown>[]> =>
  (await db.runAndReadAll(sql)).getRowObjectsJS();

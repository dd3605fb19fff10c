import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { catalogue, messageOf } from './errors.ts';

const errors = catalogue('SQLITE', {
  UNUSABLE: {
    status: 500,
    message: (path: string, problem: string) =>
      `the database ${path} cannot be used: ${problem}; check that its folder exists, is writable and has space`,
  },
  TOO_NEW: {
    status: 500,
    message: (path: string, found: number, known: number) =>
      `the database ${path} is at migration ${found}, this program knows ${known}; start the newer program again or restore an older database`,
  },
});

/**
 * Opens a database for one process: write-ahead log, foreign keys, every migration not applied yet.
 *
 * @param migrations folder of `NNN-name.sql` files; file number k brings the database from version k - 1 to k
 * @throws AppError SQLITE_UNUSABLE, SQLITE_TOO_NEW
 */
export function openDatabase(path: string, migrations: URL): DatabaseSync {
  const scripts = readdirSync(migrations)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5_000 });
    // FULL: what was answered with 200 survives a power cut, not only a crash of the process.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    const version = versionOf(database);
    if (version > scripts.length) throw errors.TOO_NEW(path, version, scripts.length);
    for (const [index, name] of scripts.entries()) {
      if (index < version) continue;
      const script = readFileSync(new URL(name, migrations), 'utf8');
      database.exec(`BEGIN; ${script}; PRAGMA user_version = ${index + 1}; COMMIT`);
    }
    return database;
  } catch (error) {
    database?.close();
    if ((error as { code?: string }).code === 'SQLITE_TOO_NEW') throw error;
    throw errors.UNUSABLE(path, messageOf(error));
  }
}

/** Runs `work` as one transaction: all of it, or, when it throws, nothing. Nested calls join the outer one. */
export function transact<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

const versionOf = (database: DatabaseSync): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

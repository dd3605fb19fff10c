import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, transact } from './sqlite.ts';

let folder: string;
let migrations: URL;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  migrations = pathToFileURL(`${folder}/`);
  writeFileSync(join(folder, '001-first.sql'), 'CREATE TABLE first (id INTEGER PRIMARY KEY)');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('applies only the migrations a database has not seen', () => {
  const path = join(folder, 'deep', 'a.db');
  openDatabase(path, migrations).close();
  writeFileSync(join(folder, '002-second.sql'), 'CREATE TABLE second (id INTEGER PRIMARY KEY)');
  const database = openDatabase(path, migrations);
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  expect(names.map((row) => row.name)).toEqual(['first', 'second']);
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 });
  database.close();
});

test('refuses a database newer than the program', () => {
  const path = join(folder, 'a.db');
  const database = openDatabase(path, migrations);
  database.exec('PRAGMA user_version = 9');
  database.close();
  expect(() => openDatabase(path, migrations)).toThrow(/is at migration 9, this program knows 1/);
});

test('names the path and the remedy when the file cannot be opened', () => {
  expect(() => openDatabase(folder, migrations)).toThrow(/cannot be used: .* check that its folder/);
});

test('a transaction that throws leaves nothing behind, nested parts included', () => {
  const database = openDatabase(join(folder, 'a.db'), migrations);
  expect(() =>
    transact(database, () => {
      transact(database, () => database.exec('INSERT INTO first VALUES (1)'));
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(database.prepare('SELECT count(*) AS n FROM first').get()).toEqual({ n: 0 });
  database.close();
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../../lib/kit/clock.ts';
import { openStore, type Store } from './store.ts';

const clock = createClock({ wallEpochMs: 0, businessEpochMs: 0, daySeconds: 60 });
const author = { actor: 'ada', reason: 'because' };
let folder: string;
let path: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  path = join(folder, 'registry.db');
  store = openStore(path, clock);
  store.models.create('fraud', {}, author);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const add = () => store.versions.create('fraud', { source: 'somewhere' }, author).version;

test('version numbers are not given twice', () => {
  expect([add(), add()]).toEqual(['1', '2']);
  store.versions.delete('fraud', '2', author);
  expect(add()).toBe('3');
});

test('deleting a version takes its aliases along', () => {
  store.aliases.set('fraud', 'champion', add(), author);
  store.versions.delete('fraud', '1', author);
  expect(store.models.get('fraud').aliases).toEqual({});
});

test('a renamed model keeps versions, tags and aliases', () => {
  store.aliases.set('fraud', 'champion', add(), author);
  store.versions.setTag('fraud', '1', 'auc', '0.9', author);
  store.models.rename('fraud', 'cards', author);
  expect(store.aliases.get('cards', 'champion')).toMatchObject({ version: '1', tags: { auc: '0.9' } });
  expect(() => store.models.get('fraud')).toThrow(/there is no model fraud/);
});

test('what changes nothing leaves no record', () => {
  store.aliases.set('fraud', 'champion', add(), author);
  const revision = store.journal.revision();
  store.aliases.set('fraud', 'champion', '1', author);
  expect(store.journal.revision()).toBe(revision);
});

test('a refused change leaves no record either', () => {
  const revision = store.journal.revision();
  expect(() => store.versions.setTag('fraud', '7', 'a', 'b', author)).toThrow(/has no version 7/);
  expect(() => store.models.create('fraud', {}, author)).toThrow(/exists already/);
  expect(store.journal.revision()).toBe(revision);
});

test('nobody can rewrite the audit table or a manifest, not even with SQL', () => {
  add();
  const database = new DatabaseSync(path);
  expect(() => database.exec('DELETE FROM audit')).toThrow(/never deleted/);
  expect(() => database.exec("UPDATE audit SET actor = 'eve'")).toThrow(/never change/);
  expect(() => database.exec("UPDATE versions SET manifest = '{}'")).toThrow(/never changes/);
  database.close();
});

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../lib/kit/clock.ts';
import { transact } from '../../../lib/kit/sqlite.ts';
import { errors } from '../errors.ts';
import type { Author, Journal } from './journal.ts';
import { createTagTable, type Tags } from './tags.ts';

export interface Model {
  name: string;
  description: string;
  /** Business time, epoch ms. */
  createdMs: number;
  updatedMs: number;
  tags: Tags;
  /** Alias to version. */
  aliases: Record<string, string>;
}

export interface Models {
  list(): Model[];
  /** @throws AppError REG_MODEL_UNKNOWN */
  get(name: string): Model;
  find(name: string): Model | undefined;
  /** @throws AppError REG_MODEL_EXISTS */
  create(name: string, more: { description?: string; tags?: Tags }, author: Author): Model;
  describe(name: string, description: string, author: Author): Model;
  /** @throws AppError REG_MODEL_UNKNOWN, REG_MODEL_EXISTS */
  rename(name: string, to: string, author: Author): Model;
  /** With all its versions, aliases and tags; artifacts stay. */
  delete(name: string, author: Author): void;
  setTag(name: string, key: string, value: string, author: Author): void;
  deleteTag(name: string, key: string, author: Author): void;
}

const SELECT = `
  SELECT m.*,
    (SELECT json_group_object(key, value) FROM model_tags WHERE model = m.name) AS tags,
    (SELECT json_group_object(alias, CAST(version AS TEXT)) FROM aliases WHERE model = m.name) AS aliases
  FROM models m`;

export function createModels(database: DatabaseSync, clock: Clock, journal: Journal): Models {
  const all = database.prepare(`${SELECT} ORDER BY m.name`);
  const one = database.prepare(`${SELECT} WHERE m.name = ?`);
  const insert = database.prepare(
    'INSERT INTO models (name, description, created_ms, updated_ms) VALUES (?, ?, ?, ?)',
  );
  const update = database.prepare(
    'UPDATE models SET name = ?, description = ?, updated_ms = ? WHERE name = ?',
  );
  const remove = database.prepare('DELETE FROM models WHERE name = ?');
  const tags = createTagTable(database, 'model_tags', ['model']);

  const find = (name: string): Model | undefined => {
    const row = one.get(name);
    return row && toModel(row);
  };
  const get = (name: string): Model => {
    const model = find(name);
    if (!model) throw errors.MODEL_UNKNOWN(name);
    return model;
  };
  /** Applies `change` and puts the model's state before and after on record. */
  const changing = (name: string, author: Author, action: string, change: (before: Model) => string) =>
    transact(database, () => {
      const before = get(name);
      const after = get(change(before));
      journal.write(author, action, `model/${name}`, before, after);
      return after;
    });

  return {
    list: () => all.all().map(toModel),
    get,
    find,
    create: (name, more, author) =>
      transact(database, () => {
        if (find(name)) throw errors.MODEL_EXISTS(name);
        insert.run(name, more.description ?? '', clock.now(), clock.now());
        tags.set([name], more.tags ?? {});
        const after = get(name);
        journal.write(author, 'model.create', `model/${name}`, null, after);
        return after;
      }),
    describe: (name, description, author) =>
      changing(name, author, 'model.update', () => {
        update.run(name, description, clock.now(), name);
        return name;
      }),
    rename: (name, to, author) =>
      changing(name, author, 'model.rename', (before) => {
        if (find(to)) throw errors.MODEL_EXISTS(to);
        update.run(to, before.description, clock.now(), name);
        return to;
      }),
    delete: (name, author) =>
      transact(database, () => {
        journal.write(author, 'model.delete', `model/${name}`, get(name), null);
        remove.run(name);
      }),
    setTag: (name, key, value, author) =>
      void changing(name, author, 'model.tag.set', ({ description }) => {
        tags.set([name], { [key]: value });
        update.run(name, description, clock.now(), name);
        return name;
      }),
    deleteTag: (name, key, author) =>
      void changing(name, author, 'model.tag.delete', ({ description }) => {
        tags.delete([name], key);
        update.run(name, description, clock.now(), name);
        return name;
      }),
  };
}

const toModel = (row: Record<string, unknown>): Model => ({
  name: String(row.name),
  description: String(row.description),
  createdMs: Number(row.created_ms),
  updatedMs: Number(row.updated_ms),
  tags: JSON.parse(String(row.tags)),
  aliases: JSON.parse(String(row.aliases)),
});

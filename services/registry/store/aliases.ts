import type { DatabaseSync } from 'node:sqlite';
import { transact } from '../../../lib/kit/sqlite.ts';
import { errors } from '../errors.ts';
import type { Author, Journal } from './journal.ts';
import type { Models } from './models.ts';
import type { Version, Versions } from './versions.ts';

export interface Aliases {
  /** @throws AppError REG_MODEL_UNKNOWN, REG_ALIAS_UNKNOWN */
  get(model: string, alias: string): Version;
  find(model: string, alias: string): Version | undefined;
  /** Points the alias at a version. Setting what is already so changes nothing. */
  set(model: string, alias: string, version: string, author: Author): Version;
  /** @throws AppError REG_ALIAS_UNKNOWN when it is not there, unless `missingIsFine` */
  delete(model: string, alias: string, author: Author, missingIsFine?: boolean): void;
}

export function createAliases(
  database: DatabaseSync,
  journal: Journal,
  models: Models,
  versions: Versions,
): Aliases {
  const one = database.prepare('SELECT version FROM aliases WHERE model = ? AND alias = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO aliases (model, alias, version) VALUES (?, ?, ?)');
  const remove = database.prepare('DELETE FROM aliases WHERE model = ? AND alias = ?');

  const find = (model: string, alias: string): Version | undefined => {
    const row = one.get(model, alias);
    return row && versions.get(model, String(row.version));
  };
  const get = (model: string, alias: string): Version => {
    models.get(model);
    const version = find(model, alias);
    if (!version) throw errors.ALIAS_UNKNOWN(model, alias);
    return version;
  };
  const target = (version: Version | undefined) =>
    version ? { version: version.version, digest: version.manifest?.digest ?? null } : null;
  const objectOf = (model: string, alias: string) => `model/${model}/aliases/${alias}`;

  return {
    get,
    find,
    set: (model, alias, version, author) =>
      transact(database, () => {
        const next = versions.get(model, version);
        const before = find(model, alias);
        if (before?.version === next.version) return before;
        upsert.run(model, alias, Number(next.version));
        journal.write(author, 'model.alias.set', objectOf(model, alias), target(before), target(next));
        return versions.get(model, version);
      }),
    delete: (model, alias, author, missingIsFine = false) =>
      transact(database, () => {
        models.get(model);
        const before = find(model, alias);
        if (!before && missingIsFine) return;
        if (!before) throw errors.ALIAS_UNKNOWN(model, alias);
        remove.run(model, alias);
        journal.write(author, 'model.alias.delete', objectOf(model, alias), target(before), null);
      }),
  };
}

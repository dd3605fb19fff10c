import type { DatabaseSync } from 'node:sqlite';

export type Tags = Record<string, string>;

export interface TagTable {
  set(owner: readonly (string | number)[], tags: Tags): void;
  delete(owner: readonly (string | number)[], key: string): void;
}

/** Key-value notes on a model or a version; `owner` holds the values of `keys`. */
export function createTagTable(
  database: DatabaseSync,
  table: 'model_tags' | 'version_tags',
  keys: readonly string[],
): TagTable {
  const columns = [...keys, 'key', 'value'];
  const upsert = database.prepare(
    `INSERT OR REPLACE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  const remove = database.prepare(
    `DELETE FROM ${table} WHERE ${[...keys, 'key'].map((name) => `${name} = ?`).join(' AND ')}`,
  );
  return {
    set(owner, tags) {
      for (const [key, value] of Object.entries(tags)) upsert.run(...owner, key, value);
    },
    delete: (owner, key) => void remove.run(...owner, key),
  };
}

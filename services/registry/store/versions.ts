import type { DatabaseSync } from 'node:sqlite';
import type { ModelManifest } from '../../../lib/contract/registry.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import { transact } from '../../../lib/kit/sqlite.ts';
import { errors } from '../errors.ts';
import type { Author, Journal } from './journal.ts';
import type { Models } from './models.ts';
import { createTagTable, type Tags } from './tags.ts';

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

export interface Version {
  model: string;
  version: string;
  /** Business time, epoch ms. */
  createdMs: number;
  updatedMs: number;
  createdBy: string;
  description: string;
  stage: Stage;
  /** Where the bytes are: a digest of ours, or what a client of MLflow's API said. */
  source: string;
  runId: string;
  runLink: string;
  manifest: ModelManifest | null;
  tags: Tags;
  aliases: string[];
}

export interface NewVersion {
  source: string;
  manifest?: ModelManifest;
  description?: string | undefined;
  runId?: string | undefined;
  runLink?: string | undefined;
  tags?: Tags | undefined;
}

export interface Versions {
  /** Of one model or of all, oldest first. */
  list(model?: string): Version[];
  /** @throws AppError REG_MODEL_UNKNOWN, REG_VERSION_UNKNOWN */
  get(model: string, version: string): Version;
  /** Gives it the next number. @throws AppError REG_MODEL_UNKNOWN */
  create(model: string, version: NewVersion, author: Author): Version;
  describe(model: string, version: string, description: string, author: Author): Version;
  /** `archiveExisting`: every other version of that stage becomes Archived. */
  moveTo(model: string, version: string, stage: Stage, archiveExisting: boolean, author: Author): Version;
  delete(model: string, version: string, author: Author): void;
  setTag(model: string, version: string, key: string, value: string, author: Author): void;
  deleteTag(model: string, version: string, key: string, author: Author): void;
}

const SELECT = `
  SELECT v.*,
    (SELECT json_group_object(key, value) FROM version_tags t
     WHERE t.model = v.model AND t.version = v.version) AS tags,
    (SELECT json_group_array(alias) FROM aliases a
     WHERE a.model = v.model AND a.version = v.version) AS aliases
  FROM versions v`;

export function createVersions(
  database: DatabaseSync,
  clock: Clock,
  journal: Journal,
  models: Models,
): Versions {
  const all = database.prepare(
    `${SELECT} WHERE $model IS NULL OR v.model = $model ORDER BY v.model, v.version`,
  );
  const one = database.prepare(`${SELECT} WHERE v.model = ? AND v.version = ?`);
  const take = database.prepare(
    'UPDATE models SET next_version = next_version + 1, updated_ms = ? WHERE name = ? RETURNING next_version - 1 AS number',
  );
  const insert = database.prepare(`
    INSERT INTO versions (model, version, created_ms, updated_ms, created_by, description, stage, source, run_id,
      run_link, manifest) VALUES (?, ?, ?, ?, ?, ?, 'None', ?, ?, ?, ?)`);
  const update = database.prepare(
    'UPDATE versions SET description = ?, stage = ?, updated_ms = ? WHERE model = ? AND version = ?',
  );
  const remove = database.prepare('DELETE FROM versions WHERE model = ? AND version = ?');
  const tags = createTagTable(database, 'version_tags', ['model', 'version']);

  const list = (model?: string): Version[] => all.all({ $model: model ?? null }).map(toVersion);
  const get = (model: string, version: string): Version => {
    models.get(model);
    const row = /^[1-9]\d{0,14}$/.test(version) ? one.get(model, Number(version)) : undefined;
    if (!row) throw errors.VERSION_UNKNOWN(model, version);
    return toVersion(row);
  };
  const save = ({ model, version, description, stage }: Version) =>
    update.run(description, stage, clock.now(), model, Number(version));
  const changing = (
    model: string,
    version: string,
    author: Author,
    action: string,
    change: (before: Version) => void,
  ): Version =>
    transact(database, () => {
      const before = get(model, version);
      change(before);
      const after = get(model, version);
      journal.write(author, action, objectOf(before), summary(before), summary(after));
      return after;
    });

  return {
    list,
    get,
    create: (model, { source, manifest, description, runId, runLink, tags: initial }, author) =>
      transact(database, () => {
        models.get(model);
        const now = clock.now();
        const number = Number(take.get(now, model)!.number);
        insert.run(
          ...[model, number, now, now, author.actor, description ?? '', source],
          ...[runId ?? '', runLink ?? '', manifest ? JSON.stringify(manifest) : null],
        );
        tags.set([model, number], initial ?? {});
        const after = get(model, String(number));
        journal.write(author, 'model.version.create', objectOf(after), null, summary(after));
        return after;
      }),
    describe: (model, version, description, author) =>
      changing(model, version, author, 'model.version.update', (before) => save({ ...before, description })),
    moveTo: (model, version, stage, archiveExisting, author) =>
      transact(database, () => {
        const others = archiveExisting
          ? list(model).filter((other) => other.stage === stage && other.version !== version)
          : [];
        for (const other of others) {
          changing(model, other.version, author, 'model.version.stage', () =>
            save({ ...other, stage: 'Archived' }),
          );
        }
        return changing(model, version, author, 'model.version.stage', (before) =>
          save({ ...before, stage }),
        );
      }),
    delete: (model, version, author) =>
      transact(database, () => {
        const before = get(model, version);
        journal.write(author, 'model.version.delete', objectOf(before), summary(before), null);
        remove.run(model, Number(version));
      }),
    setTag: (model, version, key, value, author) =>
      void changing(model, version, author, 'model.version.tag.set', (before) => {
        tags.set([model, Number(version)], { [key]: value });
        save(before);
      }),
    deleteTag: (model, version, key, author) =>
      void changing(model, version, author, 'model.version.tag.delete', (before) => {
        tags.delete([model, Number(version)], key);
        save(before);
      }),
  };
}

const objectOf = ({ model, version }: Version): string => `model/${model}/versions/${version}`;

/** What an audit record keeps of a version: the manifest never changes, its digest names it. */
const summary = ({ manifest, ...rest }: Version) => ({ ...rest, digest: manifest?.digest ?? null });

const toVersion = (row: Record<string, unknown>): Version => ({
  model: String(row.model),
  version: String(row.version),
  createdMs: Number(row.created_ms),
  updatedMs: Number(row.updated_ms),
  createdBy: String(row.created_by),
  description: String(row.description),
  stage: row.stage as Stage,
  source: String(row.source),
  runId: String(row.run_id),
  runLink: String(row.run_link),
  manifest: row.manifest === null ? null : JSON.parse(String(row.manifest)),
  tags: JSON.parse(String(row.tags)),
  aliases: JSON.parse(String(row.aliases)),
});

import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../../lib/kit/clock.ts';
import { transact } from '../../../lib/kit/sqlite.ts';
import type { Author, Journal } from './journal.ts';

/** What a region says it serves. */
export interface Confirmation {
  model: string;
  region: string;
  version: string;
  digest: string;
  /** Business time of the last word. */
  confirmed_at: string;
  confirmed_by: string;
}

export interface Deployments {
  list(): Confirmation[];
  /** Only a confirmation that differs from the last one goes on record; replicas repeat themselves. */
  confirm(said: Omit<Confirmation, 'confirmed_at' | 'confirmed_by'>, author: Author): Confirmation;
}

export function createDeployments(database: DatabaseSync, clock: Clock, journal: Journal): Deployments {
  const all = database.prepare('SELECT * FROM deployments ORDER BY model, region');
  const one = database.prepare('SELECT * FROM deployments WHERE model = ? AND region = ?');
  const upsert = database.prepare(
    'INSERT OR REPLACE INTO deployments (model, region, version, digest, confirmed_ms, confirmed_by) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return {
    list: () => all.all().map(toConfirmation),
    confirm: ({ model, region, version, digest }, author) =>
      transact(database, () => {
        const row = one.get(model, region);
        upsert.run(model, region, version, digest, clock.now(), author.actor);
        if (row?.version !== version || row.digest !== digest) {
          const before = row ? { version: row.version, digest: row.digest } : null;
          const object = `model/${model}/deployments/${region}`;
          journal.write(author, 'model.deployment.confirm', object, before, { version, digest });
        }
        return toConfirmation(one.get(model, region)!);
      }),
  };
}

const toConfirmation = (row: Record<string, unknown>): Confirmation => ({
  model: String(row.model),
  region: String(row.region),
  version: String(row.version),
  digest: String(row.digest),
  confirmed_at: new Date(Number(row.confirmed_ms)).toISOString(),
  confirmed_by: String(row.confirmed_by),
});

import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { ModelVersionKey } from '../ledger/records.ts';
import type { Profile } from './profile.ts';
import { type ProfileSource, readProfile } from './source.ts';

const RETRY_MS = 5_000;
/** Versions that serve or served lately; a platform has two or three. */
const MOST = 16;

/**
 * Profiles of the model versions that make predictions. A version never changes, so each is asked for once and kept
 * on disk: neither the registry nor the feature service has to be there when the monitor starts again.
 */
export class Profiles {
  readonly #database: DatabaseSync;
  readonly #source: ProfileSource;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #known = new Map<string, Profile>();
  readonly #missing = new Map<string, ModelVersionKey & { reason: string; retryAt: number }>();

  constructor(database: DatabaseSync, source: ProfileSource, logger: Pick<Logger, 'warn'>) {
    this.#database = database;
    this.#source = source;
    this.#logger = logger;
    for (const { model, version, manifest, view } of database
      .prepare('SELECT * FROM profiles')
      .all() as unknown as (ModelVersionKey & { manifest: string; view: string })[]) {
      this.#known.set(nameOf({ model, version }), readProfile({ model, version }, { manifest, view }));
    }
  }

  get(key: ModelVersionKey): Profile | undefined {
    return this.#known.get(nameOf(key));
  }

  /** Versions that were seen and cannot be measured, and why. */
  get missing(): (ModelVersionKey & { reason: string })[] {
    return [...this.#missing.values()].map(({ model, version, reason }) => ({ model, version, reason }));
  }

  /** Asks for what is not known yet. Never rejects: rows of a version without profile are counted, not measured. */
  async learn(keys: Iterable<ModelVersionKey>): Promise<void> {
    for (const key of keys) {
      const name = nameOf(key);
      if (this.#known.has(name) || performance.now() < (this.#missing.get(name)?.retryAt ?? 0)) continue;
      try {
        const stored = await this.#source.read(key);
        const profile = readProfile(key, stored);
        this.#keep(key, stored);
        this.#known.set(name, profile);
        this.#missing.delete(name);
      } catch (error) {
        const reason = messageOf(error);
        if (!this.#missing.has(name)) this.#logger.warn({ ...key, err: reason }, 'no baselines yet');
        if (this.#missing.size >= MOST) this.#missing.delete(this.#missing.keys().next().value!);
        this.#missing.set(name, { ...key, reason, retryAt: performance.now() + RETRY_MS });
      }
    }
  }

  #keep({ model, version }: ModelVersionKey, { manifest, view }: { manifest: string; view: string }): void {
    if (this.#known.size >= MOST) {
      const [oldest] = this.#known.values();
      this.#known.delete(nameOf(oldest!));
      this.#database
        .prepare('DELETE FROM profiles WHERE model = ? AND version = ?')
        .run(oldest!.model, oldest!.version);
    }
    this.#database
      .prepare('INSERT OR REPLACE INTO profiles VALUES (?, ?, ?, ?)')
      .run(model, version, manifest, view);
  }
}

const nameOf = ({ model, version }: ModelVersionKey): string => JSON.stringify([model, version]);

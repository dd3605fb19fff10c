import type { Redis } from 'ioredis';
import { MAKE_TABLES } from '../../../lib/features/cold.ts';
import { filledKey, materializedKey } from '../../../lib/features/keys.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { catalogue } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { PostgresPool } from '../../../lib/kit/postgres.ts';
import type { JobRunner } from '../jobs/runner.ts';

const errors = catalogue('FEATURES', {
  NO_COLD_STORE: {
    status: 409,
    message: () =>
      'there is no cold store to fill: COLD_STORE_URL is empty; start one and restart the feature service with its address',
  },
  ONLINE_STORE_EMPTY: {
    status: 409,
    message: (view: string) =>
      `the rows of ${view} are being filled into the online store, and the cold one is copied from it; try again when /readyz says yes`,
  },
});

const BOUNDS = { max: 1, acquireTimeoutMs: 2_000, queryTimeoutMs: 5_000 };
/** For a store that nobody writes to yet. */
const NOBODY = 'nobody';

interface State {
  wanted: string;
  copied: string | null;
  fill: string | null;
  materialized: string | null;
}

export interface ColdCopiesOptions {
  /** Empty: there is no cold store. */
  url: string;
  name: string;
  views: FeatureView[];
  redis: Pick<Redis, 'mget'>;
  jobs: Pick<JobRunner, 'run'>;
  metrics: Metrics;
  logger: Logger;
}

/**
 * Keeps the cold store complete by copying the online one:
 *
 *   empty, or its writer missed something, or the online store was filled anew ─▶ every row
 *   a night was written ─▶ the nightly rows
 */
export class ColdCopies {
  readonly #options: ColdCopiesOptions;
  readonly #pool: PostgresPool | undefined;
  readonly #failures;

  constructor(options: ColdCopiesOptions) {
    this.#options = options;
    const { url, name, logger, metrics } = options;
    this.#pool = url === '' ? undefined : new PostgresPool(url, BOUNDS, { name, logger });
    this.#failures = metrics.counter('firedrill_features_cold_failures_total');
  }

  /** Looks once at every view and copies what is due. */
  async look(): Promise<void> {
    if (!this.#pool) return;
    for (const view of this.#options.views) {
      try {
        await this.#lookAt(view, this.#pool);
      } catch (error) {
        this.#failures.inc({ call: 'copy' });
        throw error;
      }
    }
  }

  /**
   * Copies every row now.
   * @returns how many were written
   * @throws AppError FEATURES_NO_COLD_STORE, FEATURES_ONLINE_STORE_EMPTY, FEATURES_JOB_FAILED
   */
  async copy(view: FeatureView): Promise<number> {
    if (!this.#pool) throw errors.NO_COLD_STORE();
    const [filled] = await this.#options.redis.mget(filledKey(view));
    if (filled == null) throw errors.ONLINE_STORE_EMPTY(viewId(view));
    return this.#copy(view, 'all', await this.#state(view, this.#pool));
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  async #lookAt(view: FeatureView, pool: PostgresPool): Promise<void> {
    const [filled, materialized] = await this.#options.redis.mget(filledKey(view), materializedKey(view));
    // What is not complete is not worth a copy.
    if (filled == null) return;
    const state = await this.#state(view, pool);
    const due =
      !state || state.copied !== state.wanted || state.fill !== filled
        ? 'all'
        : state.materialized !== materialized && 'nightly';
    if (due) await this.#copy(view, due, state);
  }

  async #state(view: FeatureView, pool: PostgresPool): Promise<State | undefined> {
    await pool.query({ text: MAKE_TABLES });
    const text = 'SELECT wanted, copied, fill, materialized FROM feature_copies WHERE view = $1';
    const [state] = await pool.query<State & Record<string, unknown>>({ text, values: [viewId(view)] });
    return state;
  }

  async #copy(view: FeatureView, rows: 'all' | 'nightly', state: State | undefined): Promise<number> {
    const { jobs, logger } = this.#options;
    const parameters = { view: viewId(view), rows, wanted: state?.wanted ?? NOBODY };
    const { written } = await jobs.run('cold-fill', parameters);
    logger.info({ view: parameters.view, rows, written }, 'copied to the cold store');
    return written;
  }
}

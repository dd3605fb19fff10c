import Type, { type Static, type TObject } from 'typebox';
import { READ_ROWS, viewIdOf } from '../../../lib/features/cold.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { failureOf, PostgresPool, type QueryFailure } from '../../../lib/kit/postgres.ts';
import type { Settings } from '../../../lib/kit/settings.ts';
import type { RowStore, StoreFailure } from './store.ts';

export const COLD_SETTINGS = {
  'cold.enabled': Type.Boolean({
    default: false,
    description: 'whether rows that the online store does not give are asked of the cold store',
  }),
  'cold.pool_max': Type.Integer({
    default: 4,
    minimum: 1,
    maximum: 50,
    description: 'connections of this process to the cold store at most',
  }),
  'cold.acquire_timeout_ms': Type.Integer({
    default: 100,
    minimum: 0,
    maximum: 60_000,
    description: 'wall ms to wait for one of these connections; 0: without limit',
  }),
  'cold.query_timeout_ms': Type.Integer({
    default: 100,
    minimum: 0,
    maximum: 60_000,
    description: 'wall ms to wait for the answer of the cold store; 0: without limit',
  }),
  'cold.breaker_enabled': Type.Boolean({
    default: true,
    description: 'whether lookups stop asking a cold store that does not answer; thresholds: breaker.*',
  }),
};
type ColdSettings = Static<TObject<typeof COLD_SETTINGS>>;

/** Rows of the cold store. */
export interface ColdRows {
  /** In the order of the keys. */
  texts: (string | null)[];
  /** Business time, epoch ms, up to which they know the events; undefined when nobody knows. */
  knowsUntilMs: number | undefined;
}

type Result = 'read' | 'not_filled' | 'acquire_timeout' | 'query_timeout' | 'unavailable';

const RESULTS: Record<QueryFailure, Result> = {
  acquire: 'acquire_timeout',
  query: 'query_timeout',
  gone: 'unavailable',
  refused: 'unavailable',
};
/** As lookups count and policies see it. */
const FAILURES: Record<Exclude<Result, 'read'>, StoreFailure> = {
  acquire_timeout: 'overloaded',
  query_timeout: 'timeout',
  unavailable: 'unavailable',
  not_filled: 'unavailable',
};

export interface ColdStoreOptions {
  /** Empty: there is none. */
  url: string;
  name: string;
  settings: Settings<typeof COLD_SETTINGS>;
  metrics: Metrics;
  logger: Pick<Logger, 'debug'>;
}

/**
 * Rows of the cold tier, PostgreSQL, through a bounded pool. It is made with the first lookup; other bounds make
 * another one, and who waited for a connection of the old one is sent away.
 */
export class ColdStore implements RowStore<ColdRows> {
  readonly #options: ColdStoreOptions;
  readonly #requests;
  readonly #acquire;
  readonly #query;
  #pool: PostgresPool | undefined;
  #made = '';
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ColdStoreOptions) {
    this.#options = options;
    const { metrics, settings } = options;
    this.#requests = metrics.counter('firedrill_cold_store_requests_total');
    this.#acquire = metrics.histogram('firedrill_cold_store_acquire_duration_seconds');
    this.#query = metrics.histogram('firedrill_cold_store_query_duration_seconds');
    metrics.gauge('firedrill_cold_store_pool_connections', (gauge) => {
      const { inUse = 0, idle = 0 } = this.#pool?.counts ?? {};
      gauge.set({ state: 'in_use' }, inUse);
      gauge.set({ state: 'idle' }, idle);
    });
    metrics.gauge('firedrill_cold_store_pool_limit', (gauge) =>
      gauge.set(this.enabled ? settings.values['cold.pool_max'] : 0),
    );
    metrics.gauge('firedrill_cold_store_pool_waiting', (gauge) => gauge.set(this.#pool?.counts.waiting ?? 0));
    settings.onChange((values) => {
      if (!this.enabled || identity(values) !== this.#made) this.#discard();
    });
  }

  get enabled(): boolean {
    const { url, settings } = this.#options;
    return url !== '' && settings.values['cold.enabled'];
  }

  async read(keys: readonly string[]): Promise<ColdRows | StoreFailure> {
    const query = { name: 'rows', text: READ_ROWS, values: [keys, viewIdOf(keys[0] ?? '')] };
    try {
      const rows = await this.#usePool().query<{ key: string; row: string | null }>(query, {
        acquired: (ms) => this.#acquire.observe(ms / 1_000),
        answered: (ms) => this.#query.observe(ms / 1_000),
      });
      const found = new Map(rows.map(({ key, row }) => [key, row]));
      const until = found.get('');
      if (until === undefined) return this.#failed('not_filled');
      this.#requests.inc({ result: 'read' satisfies Result });
      return {
        texts: keys.map((key) => found.get(key) ?? null),
        knowsUntilMs: until === null ? undefined : Number(until),
      };
    } catch (error) {
      return this.#failed(RESULTS[failureOf(error)] as Exclude<Result, 'read'>);
    }
  }

  /** Queries under way have a second to finish. */
  async close(): Promise<void> {
    this.#discard();
    await Promise.all(this.#closing);
  }

  #failed(result: Exclude<Result, 'read'>): StoreFailure {
    this.#requests.inc({ result });
    return FAILURES[result];
  }

  #usePool(): PostgresPool {
    const { url, name, logger, settings } = this.#options;
    const { values } = settings;
    this.#made = identity(values);
    this.#pool ??= new PostgresPool(
      url,
      {
        max: values['cold.pool_max'],
        acquireTimeoutMs: values['cold.acquire_timeout_ms'],
        queryTimeoutMs: values['cold.query_timeout_ms'],
      },
      { name, logger },
    );
    return this.#pool;
  }

  #discard(): void {
    if (!this.#pool) return;
    const closed: Promise<void> = this.#pool.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
    this.#pool = undefined;
  }
}

const identity = (values: ColdSettings): string =>
  `${values['cold.pool_max']} ${values['cold.acquire_timeout_ms']} ${values['cold.query_timeout_ms']}`;

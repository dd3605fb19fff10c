import type { Redis } from 'ioredis';
import type { Metrics } from '../../../lib/kit/metrics.ts';

/** Lookups under way at most. Beyond it the store is not answering, and waiting in line would not help. */
const MOST_UNDER_WAY = 64;

/** Why there are no rows. */
export type StoreFailure = 'timeout' | 'unavailable' | 'overloaded' | 'circuit_open';

/** Rows in the order of the keys, null for a key the store does not have; or why there are none. */
export type StoreAnswer = (string | null)[] | StoreFailure;

export interface RowStore<Rows = (string | null)[]> {
  /** Never rejects. */
  read(keys: readonly string[]): Promise<Rows | StoreFailure>;
}

/**
 * Rows of the online store: one MGET, within a bound of time. A command that timed out stays with the client until
 * Redis answers or the connection is torn down, so commands are bounded in number too: what Redis finds waiting when
 * it comes back is 64 lookups, not everything that was asked for in between.
 */
export class OnlineStore implements RowStore {
  readonly #redis: Pick<Redis, 'mget'>;
  readonly #timeoutMs: () => number;
  readonly #requests;
  readonly #rows;
  #underWay = 0;

  constructor(redis: Pick<Redis, 'mget'>, timeoutMs: () => number, metrics: Metrics) {
    this.#redis = redis;
    this.#timeoutMs = timeoutMs;
    this.#requests = metrics.counter('firedrill_feature_store_requests_total');
    this.#rows = metrics.counter('firedrill_feature_store_rows_total');
  }

  read(keys: readonly string[]): Promise<StoreAnswer> {
    if (this.#underWay >= MOST_UNDER_WAY) return Promise.resolve('overloaded');
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('timeout'), this.#timeoutMs());
      const settle = (answer: StoreAnswer) => {
        this.#underWay--;
        clearTimeout(timer);
        resolve(answer);
      };
      this.#underWay++;
      this.#requests.inc();
      this.#rows.inc(keys.length);
      this.#redis.mget(keys as string[]).then(settle, () => settle('unavailable'));
    });
  }
}

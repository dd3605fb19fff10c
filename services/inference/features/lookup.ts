import type { Redis } from 'ioredis';
import type { Transaction } from '../../../lib/contract/transaction.ts';
import { rowKeys } from '../../../lib/features/keys.ts';
import type { FeatureView } from '../../../lib/features/view.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';

/** Lookups under way at most. Beyond it the store is not answering, and waiting in line would not help. */
const MOST_UNDER_WAY = 64;

export type LookupResult = 'read' | 'timeout' | 'unavailable' | 'overloaded';

/** What the online store said about a batch; `rows` is empty unless the result is `read`. */
export interface Lookup {
  result: LookupResult;
  /** In the order of the requests, `width` rows each. */
  rows: (string | null)[];
  width: number;
}

/** Online rows from Redis: one MGET for all requests of a batch, within a bound of time. */
export class FeatureLookup {
  readonly #redis: Redis;
  readonly #timeoutMs: () => number;
  readonly #lookups;
  #underWay = 0;

  constructor(redis: Redis, timeoutMs: () => number, metrics: Metrics) {
    this.#redis = redis;
    this.#timeoutMs = timeoutMs;
    this.#lookups = metrics.counter('firedrill_feature_lookup_total');
  }

  /** Never rejects: who asks scores with defaults and says so. */
  async read(view: FeatureView, transactions: readonly Transaction[]): Promise<Lookup> {
    const width = view.rows.length;
    if (this.#underWay >= MOST_UNDER_WAY) return this.#without('overloaded', transactions.length);
    const keys: string[] = [];
    for (const transaction of transactions) keys.push(...rowKeys(view, transaction));
    if (keys.length === 0) return { result: 'read', rows: [], width };
    const answer = await this.#mget(keys);
    if (typeof answer === 'string') return this.#without(answer, transactions.length);
    this.#lookups.inc({ tier: 'online', result: 'read' }, transactions.length);
    return { result: 'read', rows: answer, width };
  }

  #without(result: LookupResult, requests: number): Lookup {
    this.#lookups.inc({ tier: 'online', result }, requests);
    return { result, rows: [], width: 0 };
  }

  #mget(keys: string[]): Promise<(string | null)[] | 'timeout' | 'unavailable'> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve('timeout'), this.#timeoutMs());
      this.#underWay++;
      this.#redis.mget(keys).then(
        (rows) => {
          this.#underWay--;
          clearTimeout(timer);
          resolve(rows);
        },
        () => {
          this.#underWay--;
          clearTimeout(timer);
          resolve('unavailable');
        },
      );
    });
  }
}

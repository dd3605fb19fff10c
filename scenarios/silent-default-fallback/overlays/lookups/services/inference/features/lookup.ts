import type { Transaction } from '../../../lib/contract/transaction.ts';
import { rowKeys } from '../../../lib/features/keys.ts';
import type { FeatureView } from '../../../lib/features/view.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { RowStore, StoreFailure } from './store.ts';
import type { FoundRow, RowReader } from './tiers.ts';

/** What is known about the rows of one request. */
export type RequestRows = Omit<FoundRow, 'text'>;

/** The rows of a batch. */
export interface Lookup {
  /** In the order of the requests, `width` rows each; null where there is none or it could not be had. */
  rows: (string | null)[];
  width: number;
  /** One a request. Its source is that of its least trustworthy row: online, cache, cold, default. */
  requests: RequestRows[];
}

export interface FeatureLookupOptions {
  store: RowStore;
  /** Rows kept in this process, and behind them `tiers`. */
  hot: RowReader;
  cached(): boolean;
  /** `store`, and behind it the cold one. */
  tiers: RowReader;
  cold(): boolean;
  /** Business time, epoch ms, up to which the store knows the events; undefined when nobody knows. */
  watermarkMs(): number | undefined;
  metrics: Metrics;
}

/** Seconds a lookup may take. */
const BUDGET = 0.1;

/** Rows for a batch of requests: one request to the store for all of them, or less where rows are kept. */
export class FeatureLookup {
  readonly #options: FeatureLookupOptions;
  readonly #lookups;

  constructor(options: FeatureLookupOptions) {
    this.#options = options;
    this.#lookups = options.metrics.counter('firedrill_feature_lookup_total');
  }

  /** Never rejects: the answer says what there is. */
  async read(view: FeatureView, transactions: readonly Transaction[]): Promise<Lookup> {
    const keys: string[] = [];
    for (const transaction of transactions) keys.push(...rowKeys(view, transaction));
    const { cached, hot, cold, tiers } = this.#options;
    const reader = cached() ? hot : cold() ? tiers : undefined;
    const lookup =
      reader && keys.length > 0
        ? await this.#rowByRow(reader, keys, transactions.length)
        : await this.#fromStore(keys, transactions.length);
    return { ...lookup, width: view.rows.length };
  }

  async #fromStore(keys: readonly string[], requests: number): Promise<Omit<Lookup, 'width'>> {
    const { store, watermarkMs } = this.#options;
    const knowsUntilMs = watermarkMs();
    const askedAt = performance.now();
    const answer = keys.length === 0 ? [] : await store.read(keys);
    const failure = typeof answer === 'string' ? answer : undefined;
    this.#count('online', failure ?? 'read', requests);
    // Rows that come too late are of no use: the view has defaults, as for a card nobody has seen (CHG-2274).
    const inTime = !failure && performance.now() - askedAt < BUDGET;
    const shared: RequestRows = { source: 'online', failure: undefined, knowsUntilMs, cold: undefined };
    return {
      rows: inTime ? (answer as (string | null)[]) : [],
      requests: new Array<RequestRows>(requests).fill(shared),
    };
  }

  async #rowByRow(
    reader: RowReader,
    keys: readonly string[],
    requests: number,
  ): Promise<Omit<Lookup, 'width'>> {
    const found = await reader.read(keys);
    const width = keys.length / requests;
    const of = Array.from({ length: requests }, (_, i) => weakest(found.slice(i * width, (i + 1) * width)));
    for (const { source, failure, cold } of of) {
      if (failure || source !== 'cache') this.#count('online', failure ?? 'read', 1);
      if (source === 'cache') this.#count('cache', failure ? 'stale' : 'read', 1);
      if (cold) this.#count('cold', cold, 1);
    }
    return { rows: found.map(({ text }) => text), requests: of };
  }

  #count(
    tier: 'online' | 'cache' | 'cold',
    result: 'read' | 'stale' | 'absent' | StoreFailure,
    requests: number,
  ): void {
    this.#lookups.inc({ tier, result }, requests);
  }
}

/** A kept row is half a second old, a cold one as old as what was last written behind. */
const TRUST = { online: 3, cache: 2, cold: 1, default: 0 } as const;

/** Of several answers of the cold store the one an operator should hear of: not asked, absent, read, a failure. */
const telling = (cold: RequestRows['cold']): number =>
  cold === undefined ? 0 : cold === 'absent' ? 1 : cold === 'read' ? 2 : 3;

/** A request is as good as its worst row, and knows as much as the one that knows least. */
function weakest(rows: readonly FoundRow[]): RequestRows {
  let { source, failure, knowsUntilMs, cold } = rows[0]!;
  for (const row of rows) {
    if (TRUST[row.source] < TRUST[source]) source = row.source;
    failure ??= row.failure;
    if (telling(row.cold) > telling(cold)) cold = row.cold;
    knowsUntilMs =
      knowsUntilMs === undefined || row.knowsUntilMs === undefined
        ? undefined
        : Math.min(knowsUntilMs, row.knowsUntilMs);
  }
  return { source, failure, knowsUntilMs, cold };
}

import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { CachedRow, RowCache } from './cache.ts';
import type { RowStore, StoreAnswer, StoreFailure } from './store.ts';

/** One row of a request and where it came from. */
export interface FoundRow {
  text: string | null;
  /** `default`: it could not be had. */
  source: 'online' | 'cache' | 'default';
  /** Why the store did not answer; the row, if there is one, is past its time. */
  failure: StoreFailure | undefined;
  /** Business time, epoch ms, up to which the row knows the events; undefined when nobody knows. */
  knowsUntilMs: number | undefined;
}

/** Rows on their way; whoever wants one of them waits for the same answer. */
interface Flight {
  /** Key to its place in the answer. */
  places: Map<string, number>;
  answer: Promise<StoreAnswer>;
  knowsUntilMs: number | undefined;
}

interface Wait {
  /** Place in the request. */
  i: number;
  key: string;
  flight: Flight;
  /** Not expired, wanted early. */
  early: boolean;
}

type RowResult = 'hit' | 'miss' | 'early' | 'shared' | 'stale';

/**
 * The online store behind the hot tier:
 *
 *   kept and fresh ─────────────────────────────▶ serve it
 *   not, and already being asked for ─▶ wait ───▶ serve that
 *   not ─▶ one request for all that are left ───▶ serve and keep
 *                  └─ no answer: the kept row, past its time, or nothing
 */
export class HotTier {
  readonly #cache: RowCache;
  readonly #store: RowStore;
  readonly #watermarkMs: () => number | undefined;
  readonly #flights = new Map<string, Flight>();
  readonly #results;

  /** @param watermarkMs business time up to which the store knows the events */
  constructor(cache: RowCache, store: RowStore, watermarkMs: () => number | undefined, metrics: Metrics) {
    this.#cache = cache;
    this.#store = store;
    this.#watermarkMs = watermarkMs;
    this.#results = metrics.counter('firedrill_feature_cache_rows_total');
    metrics.gauge('firedrill_feature_cache_entries', (gauge) => gauge.set(cache.entries));
    metrics.gauge('firedrill_feature_cache_bytes', (gauge) => gauge.set(cache.bytes));
  }

  /** In the order of the keys. Never rejects. */
  async read(keys: readonly string[]): Promise<FoundRow[]> {
    const found = new Array<FoundRow>(keys.length);
    const counts = { hit: 0, miss: 0, early: 0, shared: 0, stale: 0 };
    const waits: Wait[] = [];
    let own: Flight | undefined;
    for (const [i, key] of keys.entries()) {
      const kept = this.#cache.get(key);
      const judged = kept ? this.#cache.judge(kept) : 'expired';
      if (kept && judged === 'fresh') {
        counts.hit++;
        found[i] = fromCache(kept, undefined);
        continue;
      }
      let flight = this.#flights.get(key);
      if (flight) counts.shared++;
      else {
        counts[judged === 'early' ? 'early' : 'miss']++;
        own ??= { places: new Map(), answer: NOT_ASKED, knowsUntilMs: this.#watermarkMs() };
        flight = own;
        own.places.set(key, own.places.size);
        this.#flights.set(key, own);
      }
      waits.push({ i, key, flight, early: judged === 'early' });
    }
    if (own) own.answer = this.#ask(own);
    for (const wait of waits) {
      found[wait.i] = await this.#settle(wait);
      if (found[wait.i]!.source === 'cache' && found[wait.i]!.failure) counts.stale++;
    }
    this.#count(counts);
    return found;
  }

  async #ask(flight: Flight): Promise<StoreAnswer> {
    const keys = [...flight.places.keys()];
    const startedAt = performance.now();
    const answer = await this.#store.read(keys);
    const tookMs = performance.now() - startedAt;
    for (const [i, key] of keys.entries()) {
      if (typeof answer !== 'string') {
        this.#cache.set(key, answer[i]!, { tookMs, knowsUntilMs: flight.knowsUntilMs });
      }
      this.#flights.delete(key);
    }
    return answer;
  }

  async #settle({ key, flight, early }: Wait): Promise<FoundRow> {
    const answer = await flight.answer;
    if (typeof answer !== 'string') {
      const text = answer[flight.places.get(key)!]!;
      return { text, source: 'online', failure: undefined, knowsUntilMs: flight.knowsUntilMs };
    }
    const kept = this.#cache.get(key);
    if (kept) return fromCache(kept, early ? undefined : answer);
    return { text: null, source: 'default', failure: answer, knowsUntilMs: undefined };
  }

  #count(counts: Record<RowResult, number>): void {
    for (const [result, rows] of Object.entries(counts)) if (rows > 0) this.#results.inc({ result }, rows);
  }
}

/** Replaced before anybody can wait for it. */
const NOT_ASKED: Promise<StoreAnswer> = Promise.resolve('unavailable');

const fromCache = ({ text, knowsUntilMs }: CachedRow, failure: StoreFailure | undefined): FoundRow => ({
  text,
  source: 'cache',
  failure,
  knowsUntilMs,
});

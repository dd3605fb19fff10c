import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { CachedRow, RowCache } from './cache.ts';
import type { StoreFailure } from './store.ts';
import type { FoundRow, RowReader } from './tiers.ts';

/** Rows on their way; whoever wants one of them waits for the same answer. */
interface Flight {
  /** Key to its place in the answer. */
  places: Map<string, number>;
  answer: Promise<FoundRow[]>;
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
 * The stores behind the hot tier:
 *
 *   kept and fresh ─────────────────────────────▶ serve it
 *   not, and already being asked for ─▶ wait ───▶ serve that
 *   not ─▶ one request for all that are left ───▶ serve and keep
 *                  └─ no answer: the kept row, past its time, or nothing
 */
export class HotTier implements RowReader {
  readonly #cache: RowCache;
  readonly #tiers: RowReader;
  readonly #flights = new Map<string, Flight>();
  readonly #results;

  constructor(cache: RowCache, tiers: RowReader, metrics: Metrics) {
    this.#cache = cache;
    this.#tiers = tiers;
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
        own ??= { places: new Map(), answer: NOT_ASKED };
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

  async #ask(flight: Flight): Promise<FoundRow[]> {
    const keys = [...flight.places.keys()];
    const startedAt = performance.now();
    const answer = await this.#tiers.read(keys);
    const tookMs = performance.now() - startedAt;
    for (const [i, key] of keys.entries()) {
      const { text, failure, knowsUntilMs, cold } = answer[i]!;
      // What stands in for the online store is not kept: as soon as that answers, it shall be asked. Nor is a row that
      // is missing because the cold store did not answer.
      const known = text !== null || cold === undefined || cold === 'absent';
      if (failure === undefined && known) this.#cache.set(key, text, { tookMs, knowsUntilMs });
      this.#flights.delete(key);
    }
    return answer;
  }

  async #settle({ key, flight, early }: Wait): Promise<FoundRow> {
    const found = (await flight.answer)[flight.places.get(key)!]!;
    // A row within its time goes before one that stands in.
    if (found.source !== 'default' && !(early && found.failure)) return found;
    const kept = this.#cache.get(key);
    return kept ? { ...fromCache(kept, early ? undefined : found.failure), cold: found.cold } : found;
  }

  #count(counts: Record<RowResult, number>): void {
    for (const [result, rows] of Object.entries(counts)) if (rows > 0) this.#results.inc({ result }, rows);
  }
}

/** Replaced before anybody can wait for it. */
const NOT_ASKED: Promise<FoundRow[]> = Promise.resolve([]);

const fromCache = ({ text, knowsUntilMs }: CachedRow, failure: StoreFailure | undefined): FoundRow => ({
  text,
  source: 'cache',
  failure,
  knowsUntilMs,
  cold: undefined,
});

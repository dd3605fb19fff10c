import Type, { type Static, type TObject } from 'typebox';

export const CACHE_SETTINGS = {
  'cache.enabled': Type.Boolean({
    default: false,
    description:
      'whether rows are kept in this process; off, because a kept row misses the newest transactions',
  }),
  'cache.max_entries': Type.Integer({ default: 20_000, minimum: 1, maximum: 1_000_000, description: 'rows' }),
  'cache.max_bytes': Type.Integer({
    default: 33_554_432,
    minimum: 1_024,
    maximum: 1_073_741_824,
    description: 'approximate memory of keys and rows',
  }),
  'cache.ttl_ms': Type.Integer({
    default: 500,
    minimum: 0,
    maximum: 3_600_000,
    description: 'wall ms a row is served without asking the store; 0: always ask, keep rows for errors only',
  }),
  'cache.ttl_jitter_ratio': Type.Number({
    default: 0.2,
    minimum: 0,
    maximum: 1,
    description:
      'how much shorter, at most, a row lives than cache.ttl_ms, so that rows do not expire together',
  }),
  'cache.early_refresh': Type.Number({
    default: 1,
    minimum: 0,
    maximum: 100,
    description: 'eagerness to renew a row before it expires (beta of XFetch); 0: never',
  }),
  'cache.stale_if_error_ms': Type.Integer({
    default: 60_000,
    minimum: 0,
    maximum: 3_600_000,
    description: 'wall ms after its TTL during which a row is served when the store does not answer',
  }),
};
export type CacheSettings = Static<TObject<typeof CACHE_SETTINGS>>;

/** A row as it was read from the store. Times are wall ms on the monotonic clock unless they say otherwise. */
export interface CachedRow {
  /** null: the store has no such row. */
  text: string | null;
  expiresAt: number;
  /** How long the store took, ms. */
  tookMs: number;
  /** Business time, epoch ms, up to which the row knows the events; undefined when nobody knows. */
  knowsUntilMs: number | undefined;
}

/** What an entry costs beside its characters (Map slot, object, string headers): an estimate for V8. */
const OVERHEAD_BYTES = 200;

export interface RowCacheOptions {
  settings(): CacheSettings;
  /** Wall ms, monotonic. */
  now(): number;
  /** Uniform in [0, 1). */
  random(): number;
}

/**
 * The hot tier: feature rows in this process, least recently used out first, bounded in entries and bytes.
 *
 * Two guards keep the rows that everybody needs from expiring together and sending everybody to the store at once:
 * each lifetime is shortened by a random part, and a row close to its end is renewed early with a probability that
 * grows as the end comes near and with the time the store takes: XFetch of Vattani, Chierichetti and Lowenstein,
 * "Optimal Probabilistic Cache Stampede Prevention", PVLDB 8(8), 2015.
 */
export class RowCache {
  readonly #options: RowCacheOptions;
  /** In the order of use: the first one is the next to go. */
  readonly #rows = new Map<string, CachedRow>();
  #bytes = 0;

  constructor(options: RowCacheOptions) {
    this.#options = options;
  }

  get entries(): number {
    return this.#rows.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The row whatever its age, as long as it may still be of use. */
  get(key: string): CachedRow | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) return undefined;
    if (this.#options.now() > row.expiresAt + this.#options.settings()['cache.stale_if_error_ms']) {
      this.#drop(key, row);
      return undefined;
    }
    this.#rows.delete(key);
    this.#rows.set(key, row);
    return row;
  }

  /** `fresh`: serve it. `early`: still good, but this request should renew it. `expired`: only for errors. */
  judge(row: CachedRow): 'fresh' | 'early' | 'expired' {
    const now = this.#options.now();
    if (now >= row.expiresAt) return 'expired';
    const beta = this.#options.settings()['cache.early_refresh'];
    if (beta === 0) return 'fresh';
    // 1 - u is in (0, 1]: the logarithm stays finite.
    const ahead = -row.tookMs * beta * Math.log(1 - this.#options.random());
    return now + ahead >= row.expiresAt ? 'early' : 'fresh';
  }

  set(
    key: string,
    text: string | null,
    { tookMs, knowsUntilMs }: Omit<CachedRow, 'text' | 'expiresAt'>,
  ): void {
    const settings = this.#options.settings();
    const before = this.#rows.get(key);
    if (before) this.#drop(key, before);
    const lifetime =
      settings['cache.ttl_ms'] * (1 - settings['cache.ttl_jitter_ratio'] * this.#options.random());
    const row = { text, expiresAt: this.#options.now() + lifetime, tookMs, knowsUntilMs };
    this.#rows.set(key, row);
    this.#bytes += bytesOf(key, row);
    this.trim();
  }

  /** Down to the bounds that are set now. */
  trim(): void {
    const settings = this.#options.settings();
    for (const [key, row] of this.#rows) {
      if (this.#rows.size <= settings['cache.max_entries'] && this.#bytes <= settings['cache.max_bytes'])
        return;
      this.#drop(key, row);
    }
  }

  clear(): void {
    this.#rows.clear();
    this.#bytes = 0;
  }

  #drop(key: string, row: CachedRow): void {
    this.#rows.delete(key);
    this.#bytes -= bytesOf(key, row);
  }
}

/** Rows and keys are Latin-1 in V8: a byte a character. */
const bytesOf = (key: string, { text }: CachedRow): number =>
  OVERHEAD_BYTES + key.length + (text?.length ?? 0);

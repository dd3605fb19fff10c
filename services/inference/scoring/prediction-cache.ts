import { LRUCache } from 'lru-cache';
import Type, { type Static, type TObject } from 'typebox';
import type { Policy } from '../../../lib/contract/registry.ts';
import { CURRENCIES, type Transaction } from '../../../lib/contract/transaction.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Model } from '../models/model.ts';
import type { Input } from './inputs.ts';

/** What may stand in the key: the fields of a transaction, and its amount in euros rounded up to a power of two. */
const PARTS = {
  id: ({ id }) => id,
  card_id: ({ card_id }) => card_id,
  amount: ({ amount }) => String(amount),
  amount_band: ({ amount, currency }) => String(Math.ceil(Math.log2(amount * CURRENCIES[currency]))),
  currency: ({ currency }) => currency,
  merchant_id: ({ merchant_id }) => merchant_id,
  country: ({ country }) => country,
  device_id: ({ device_id }) => device_id,
  channel: ({ channel }) => channel,
  timestamp: ({ timestamp }) => timestamp,
} as const satisfies Record<string, (transaction: Transaction) => string>;
type KeyField = keyof typeof PARTS;

export const PREDICTION_CACHE_SETTINGS = {
  'prediction_cache.mode': Type.Unsafe<'off' | 'model' | 'always'>({
    type: 'string',
    enum: ['off', 'model', 'always'],
    default: 'off',
    description:
      'whether a score is given again to a request with the same key: never; where the card of the version allows it, and as long; for every version',
  }),
  'prediction_cache.ttl_seconds': Type.Number({
    default: 300,
    exclusiveMinimum: 0,
    maximum: 31_536_000,
    description: 'business seconds a score is given again at most',
  }),
  'prediction_cache.max_entries': Type.Integer({
    default: 10_000,
    minimum: 1,
    maximum: 1_000_000,
    description: 'scores that are kept, the least recently used out first; about half a kilobyte each',
  }),
  'prediction_cache.key': Type.Unsafe<KeyField[]>({
    type: 'array',
    items: { type: 'string', enum: Object.keys(PARTS) },
    minItems: 1,
    uniqueItems: true,
    default: ['card_id', 'merchant_id', 'device_id', 'channel', 'country', 'currency', 'amount_band'],
    description: 'what two requests must share to get the same score; more fields, fewer hits',
  }),
};
export type PredictionCacheSettings = Static<TObject<typeof PREDICTION_CACHE_SETTINGS>>;

/** A score and what it was made from. */
export interface Scored {
  score: number;
  /** With fresh features: what stands in for them is not kept. */
  input: Input;
  /** The features as the model saw them. */
  values: ArrayLike<number>;
  /** Business time, epoch ms: when it was made, and up to which its features know the events. */
  atMs: number;
  knowsUntilMs: number | undefined;
}

export interface PredictionCacheOptions {
  settings: {
    readonly values: Readonly<PredictionCacheSettings>;
    onChange(listener: (values: PredictionCacheSettings) => void): void;
  };
  metrics: Metrics;
}

/**
 * Scores by what the requests have in common, of the version that is served now. A score that is given again does not
 * know what the card did since: a model says in its card for how long it bears that, or is not asked for it.
 */
export class PredictionCache {
  readonly #settings: PredictionCacheOptions['settings'];
  readonly #requests;
  readonly #evictions;
  #kept: LRUCache<string, Scored> | undefined;
  #model: Model | undefined;
  #key: readonly KeyField[] = [];

  constructor({ settings, metrics }: PredictionCacheOptions) {
    this.#settings = settings;
    this.#requests = metrics.counter('firedrill_prediction_cache_requests_total');
    this.#evictions = metrics.counter('firedrill_prediction_cache_evictions_total');
    metrics.gauge('firedrill_prediction_cache_entries', (gauge) => gauge.set(this.#kept?.size ?? 0));
    settings.onChange((values) => {
      const { max } = this.#kept ?? {};
      const same = String(values['prediction_cache.key']) === String(this.#key);
      if (!this.on || values['prediction_cache.max_entries'] !== max || !same) this.#drop();
    });
  }

  /** Whether any score may be given again. */
  get on(): boolean {
    return this.#settings.values['prediction_cache.mode'] !== 'off';
  }

  /** A score to give again. @param policy in force @param nowMs business time, epoch ms */
  find(model: Model, transaction: Transaction, policy: Policy, nowMs: number): Scored | undefined {
    const longestMs = this.#longestMs(model);
    if (longestMs === 0) return undefined;
    if (model !== this.#model) this.#drop(model);
    const key = this.#keyOf(transaction);
    const kept = this.#kept?.get(key);
    const good = kept && nowMs - kept.atMs <= longestMs && freshEnough(kept, policy, nowMs);
    if (kept && !good) this.#kept?.delete(key);
    this.#requests.inc({ result: good ? 'hit' : 'miss' });
    return good ? kept : undefined;
  }

  /** Keeps a score that `model` made, unless another version is served by now. */
  keep(model: Model, transaction: Transaction, scored: Scored): void {
    if (model !== this.#model || this.#longestMs(model) === 0) return;
    this.#kept ??= new LRUCache({
      max: this.#settings.values['prediction_cache.max_entries'],
      dispose: (_scored, _key, reason) => {
        if (reason === 'evict') this.#evictions.inc();
      },
    });
    this.#kept.set(this.#keyOf(transaction), scored);
  }

  /** Business ms for which a score of this version may be given again; 0: it may not. */
  #longestMs({ registered }: Model): number {
    const { values } = this.#settings;
    if (!this.on) return 0;
    const ttl = values['prediction_cache.ttl_seconds'];
    const allowed = registered.manifest.policy?.max_prediction_age_seconds ?? 0;
    return (values['prediction_cache.mode'] === 'always' ? ttl : Math.min(ttl, allowed)) * 1_000;
  }

  /** No identifier contains a blank. */
  #keyOf(transaction: Transaction): string {
    this.#key = this.#settings.values['prediction_cache.key'];
    return this.#key.map((field) => PARTS[field](transaction)).join(' ');
  }

  #drop(model?: Model): void {
    this.#kept = undefined;
    this.#model = model;
  }
}

/** A limit on the age of features holds for scores made from them. */
const freshEnough = ({ knowsUntilMs }: Scored, { max_feature_age_seconds: limit }: Policy, nowMs: number) =>
  limit === null || (knowsUntilMs !== undefined && nowMs - knowsUntilMs <= limit * 1_000);

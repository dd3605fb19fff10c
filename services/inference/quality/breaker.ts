import Type, { type Static, type TObject } from 'typebox';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Model } from '../models/model.ts';
import { type QualityProblem, ScoreWindow } from './window.ts';

export const QUALITY_SETTINGS = {
  'quality.breaker': Type.Unsafe<'off' | 'observe' | 'enforce'>({
    type: 'string',
    enum: ['off', 'observe', 'enforce'],
    default: 'off',
    description:
      'what happens when the scores of a version cannot be right: nobody looks; it is counted; rules decide instead of it',
  }),
  'quality.window': Type.Integer({
    default: 300,
    minimum: 10,
    maximum: 100_000,
    description: 'scores that are judged together',
  }),
  'quality.invalid_ratio': Type.Number({
    default: 0.05,
    minimum: 0,
    maximum: 1,
    description: 'share of them that may be no number',
  }),
  'quality.max_psi': Type.Number({
    default: 1,
    exclusiveMinimum: 0,
    description: 'population stability index of scores against training above which the breaker opens',
  }),
  'quality.open_ms': Type.Integer({
    default: 5_000,
    minimum: 1,
    maximum: 3_600_000,
    description: 'wall ms from opening to the trial, and between trials that fail',
  }),
};
type QualitySettings = Static<TObject<typeof QUALITY_SETTINGS>>;

type State = 'closed' | 'half_open' | 'open';
/** As shown by `firedrill_quality_breaker_state`. */
const LEVEL: Record<State, number> = { closed: 0, half_open: 1, open: 2 };

export interface QualityBreakerOptions {
  settings: { readonly values: Readonly<QualitySettings> };
  metrics: Metrics;
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Monotonic clock, ms. */
  now?: () => number;
}

/**
 * A circuit around a model that answers, and answers nonsense:
 *
 *   closed ── a window of scores is bad ──▶ open ── quality.open_ms ──▶ half open: a window on trial
 *      ▲                                     ▲                             │ bad          │ fine
 *      │                                     └─────────────────────────────┘              │
 *      └──────────────────────────────────────────────────────────────────────────────────┘
 *
 * The model goes on being run: its scores are what it is tried on, and nobody is decided by them before it passes.
 * Another version begins closed.
 */
export class QualityBreaker {
  readonly #options: QualityBreakerOptions;
  readonly #now: () => number;
  readonly #transitions;
  #state: State = 'closed';
  #trialMs = 0;
  #watched: Model | undefined;
  #window = new ScoreWindow(undefined);

  constructor(options: QualityBreakerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const { metrics } = options;
    this.#transitions = metrics.counter('firedrill_quality_breaker_transitions_total');
    metrics.gauge('firedrill_quality_breaker_state', (gauge) => {
      gauge.reset();
      if (!this.#watched) return;
      const { name: model, version } = this.#watched.identity;
      gauge.set({ model, version }, LEVEL[this.#state]);
    });
  }

  get state(): State {
    return this.#state;
  }

  /** Whether scores of this version, made before, may still decide. */
  trusts(model: Model): boolean {
    const enforced = this.#options.settings.values['quality.breaker'] === 'enforce';
    return !enforced || this.#watched !== model || this.#state === 'closed';
  }

  /** Takes notice of a score. @returns whether somebody else than the model has to decide */
  refuses(model: Model, score: number): boolean {
    const mode = this.#options.settings.values['quality.breaker'];
    if (mode === 'off') {
      this.#watched = undefined;
      return false;
    }
    if (this.#watched !== model) this.#watch(model);
    this.#judge(score);
    return mode === 'enforce' && (this.#state !== 'closed' || !Number.isFinite(score));
  }

  #watch(model: Model): void {
    this.#watched = model;
    this.#state = 'closed';
    this.#renew();
  }

  #renew(): void {
    this.#window = new ScoreWindow(this.#watched?.registered.manifest.baselines.score);
  }

  #judge(score: number): void {
    const { values } = this.#options.settings;
    if (this.#state === 'open') {
      if (this.#now() < this.#trialMs) return;
      this.#go('half_open', 'trial');
    }
    const verdict = this.#window.add(score, {
      rows: values['quality.window'],
      invalidRatio: values['quality.invalid_ratio'],
      maxPsi: values['quality.max_psi'],
    });
    if (verdict === undefined) return;
    this.#renew();
    if (verdict !== 'fine') {
      this.#trialMs = this.#now() + values['quality.open_ms'];
      this.#go('open', verdict);
    } else if (this.#state !== 'closed') this.#go('closed', 'fine');
  }

  #go(to: State, reason: QualityProblem | 'trial' | 'fine'): void {
    this.#state = to;
    const { name: model, version } = this.#watched!.identity;
    this.#transitions.inc({ model, to, reason });
    const line = { model, version, to, reason };
    const { logger } = this.#options;
    if (to === 'open') logger.warn(line, 'quality breaker changed');
    else logger.info(line, 'quality breaker changed');
  }
}

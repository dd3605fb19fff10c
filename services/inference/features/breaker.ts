import {
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  handleWhenResult,
  SamplingBreaker,
} from 'cockatiel';
import Type, { type Static, type TObject } from 'typebox';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Settings } from '../../../lib/kit/settings.ts';
import type { RowStore, StoreAnswer, StoreFailure } from './store.ts';

export const BREAKER_SETTINGS = {
  'breaker.enabled': Type.Boolean({
    default: true,
    description: 'whether lookups stop asking an online store that does not answer',
  }),
  'breaker.failure_ratio': Type.Number({
    default: 0.3,
    minimum: 0.01,
    maximum: 0.99,
    description: 'share of failed lookups in the window above which the circuit opens',
  }),
  'breaker.window_ms': Type.Integer({
    default: 2_000,
    minimum: 100,
    maximum: 60_000,
    description: 'wall ms over which the share is taken',
  }),
  'breaker.min_lookups': Type.Integer({
    default: 10,
    minimum: 1,
    maximum: 10_000,
    description: 'lookups in the window below which the circuit stays closed',
  }),
  'breaker.open_ms': Type.Integer({
    default: 1_000,
    minimum: 10,
    maximum: 60_000,
    description: 'wall ms from opening to the first probe, and between probes that fail',
  }),
  'breaker.probes': Type.Integer({
    default: 5,
    minimum: 1,
    maximum: 100,
    description: 'answers in a row that close the circuit again',
  }),
};
type BreakerSettings = Static<TObject<typeof BREAKER_SETTINGS>>;

/** As shown by `firedrill_circuit_state`. */
const LEVEL = { closed: 0, half_open: 1, open: 2 } as const;

/**
 * A circuit around a store (Nygard, Release It!, 2007):
 *
 *   closed ── more than `failure_ratio` of the window's lookups fail ──▶ open
 *   open ── after `open_ms`, with the next request ──▶ half open: `probes` lookups, one after another
 *   half open ── all answered ──▶ closed        ── one not ──▶ open
 *
 * Probes ask what a request would have asked, beside it: while the circuit is not closed no request waits for the
 * store, not even the one that set the probes off.
 */
export class CircuitBreaker<Rows extends object = StoreAnswer & object> implements RowStore<Rows> {
  readonly #store: RowStore<Rows>;
  readonly #dependency: string;
  readonly #enabled: () => boolean;
  readonly #settings: Settings<typeof BREAKER_SETTINGS>;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;
  readonly #transitions;
  readonly #level;
  #policy: CircuitBreakerPolicy;
  #made: string;

  constructor(
    store: RowStore<Rows>,
    settings: Settings<typeof BREAKER_SETTINGS>,
    {
      dependency = 'online_store',
      enabled = () => settings.values['breaker.enabled'],
      metrics,
      logger,
    }: {
      /** As metrics and logs call it. */
      dependency?: string;
      /** Whether this one stops asking; its thresholds are those of all circuits. */
      enabled?: () => boolean;
      metrics: Metrics;
      logger: Pick<Logger, 'info' | 'warn'>;
    },
  ) {
    this.#dependency = dependency;
    this.#enabled = enabled;
    this.#store = store;
    this.#settings = settings;
    this.#logger = logger;
    this.#transitions = metrics.counter('firedrill_circuit_transitions_total');
    this.#policy = this.#makePolicy(settings.values);
    this.#made = identity(settings.values);
    this.#level = metrics.gauge('firedrill_circuit_state');
    this.#level.set({ dependency }, LEVEL.closed);
    settings.onChange((values) => this.#renew(values));
  }

  get state(): keyof typeof LEVEL {
    return nameOf(this.#policy.state);
  }

  read(keys: readonly string[]): Promise<Rows | StoreFailure> {
    if (!this.#enabled()) return this.#store.read(keys);
    if (this.#policy.state === CircuitState.Closed) {
      return this.#policy.execute(() => this.#store.read(keys));
    }
    if (this.#policy.state === CircuitState.Open) {
      // Rejected at once until `open_ms` have passed.
      this.#policy.execute(() => this.#probe(keys)).catch(() => {});
    }
    return Promise.resolve('circuit_open');
  }

  async #probe(keys: readonly string[]): Promise<Rows | StoreFailure> {
    let answer: Rows | StoreFailure = 'unavailable';
    for (let i = 0; i < this.#settings.values['breaker.probes']; i++) {
      answer = await this.#store.read(keys);
      if (isFailure(answer)) break;
    }
    return answer;
  }

  /** Other thresholds mean another window: the circuit starts anew, closed. Other settings leave it alone. */
  #renew(values: BreakerSettings): void {
    const wanted = identity(values);
    if (wanted === this.#made) return;
    const before = this.state;
    this.#policy = this.#makePolicy(values);
    this.#made = wanted;
    if (before !== 'closed') this.#report('closed');
  }

  #makePolicy(values: BreakerSettings): CircuitBreakerPolicy {
    const windowMs = values['breaker.window_ms'];
    const policy = circuitBreaker(handleWhenResult(isFailure), {
      halfOpenAfter: values['breaker.open_ms'],
      breaker: new SamplingBreaker({
        threshold: values['breaker.failure_ratio'],
        duration: windowMs,
        minimumRps: (values['breaker.min_lookups'] * 1_000) / windowMs,
      }),
    });
    policy.onStateChange((state) => {
      // One that was replaced may still hear from a lookup it had under way.
      if (policy === this.#policy) this.#report(nameOf(state));
    });
    return policy;
  }

  #report(to: keyof typeof LEVEL): void {
    const dependency = this.#dependency;
    this.#level.set({ dependency }, LEVEL[to]);
    this.#transitions.inc({ dependency, to });
    const line = { dependency, to };
    if (to === 'open') this.#logger.warn(line, 'circuit changed');
    else this.#logger.info(line, 'circuit changed');
  }
}

const isFailure = (answer: unknown): boolean => typeof answer === 'string';

const nameOf = (state: CircuitState): keyof typeof LEVEL => {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half_open' : 'open';
};

const identity = (values: BreakerSettings): string =>
  JSON.stringify(Object.keys(BREAKER_SETTINGS).map((name) => [name, values[name as keyof BreakerSettings]]));

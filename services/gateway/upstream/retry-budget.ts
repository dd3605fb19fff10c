import Type, { type Static, type TObject } from 'typebox';

export const RETRY_SETTINGS = {
  'retry.attempts': Type.Integer({
    default: 2,
    minimum: 1,
    maximum: 10,
    description: 'tries of one request at most, the first included',
  }),
  'retry.try_timeout_ms': Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 60_000,
    description:
      'wall ms after which a try is given up and another replica asked; 0: a try may take all the time there is',
  }),
  'retry.budget': Type.Boolean({
    default: true,
    description: 'whether second tries that make work are limited',
  }),
  'retry.ratio': Type.Number({
    default: 0.2,
    minimum: 0,
    maximum: 1,
    description: 'second tries that make work, as a share of all requests',
  }),
  'retry.min_per_second': Type.Number({
    default: 50,
    minimum: 0,
    maximum: 10_000,
    description: 'second tries a second that are allowed beside that share: what a region has on a usual day',
  }),
};
type RetrySettings = Static<TObject<typeof RETRY_SETTINGS>>;

/** Wall seconds of `retry.min_per_second` that can be saved up. */
const SAVED_SECONDS = 10;

/**
 * How many second tries the gateway may make (Finagle's `RetryBudget`): every request pays in a part of a try, time
 * pays in the rest, and a second try costs a whole one. When everything fails, what is behind gets its requests and a
 * fifth more, not twice as many.
 */
export class RetryBudget {
  readonly #settings: { readonly values: Readonly<RetrySettings> };
  readonly #now: () => number;
  #balance: number;
  #paidMs: number;

  /** @param now monotonic clock, ms */
  constructor(
    settings: { readonly values: Readonly<RetrySettings> },
    now: () => number = () => performance.now(),
  ) {
    this.#settings = settings;
    this.#now = now;
    this.#balance = this.#most;
    this.#paidMs = now();
  }

  get #most(): number {
    return Math.max(1, this.#settings.values['retry.min_per_second'] * SAVED_SECONDS);
  }

  /** For every request, before its first try. */
  deposit(): void {
    this.#balance = Math.min(this.#most, this.#balance + this.#settings.values['retry.ratio']);
  }

  /** Whether a second try may be made; if so it is paid for. */
  withdraw(): boolean {
    const { values } = this.#settings;
    if (!values['retry.budget']) return true;
    const nowMs = this.#now();
    const earned = ((nowMs - this.#paidMs) / 1000) * values['retry.min_per_second'];
    this.#paidMs = nowMs;
    this.#balance = Math.min(this.#most, this.#balance + earned);
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }
}

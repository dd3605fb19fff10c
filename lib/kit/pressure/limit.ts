/** How many requests may be under way; read at every sample, so that they may change meanwhile. */
export interface LimitBounds {
  min: number;
  max: number;
  /** Wall ms an answer may take before fewer requests are let in. */
  targetMs: number;
}

const BACK_OFF = 0.9;

/**
 * How many requests may be under way at a time, found by trying (additive increase, multiplicative decrease: Chiu and
 * Jain 1989; for servers `AIMDLimit` of Netflix's concurrency-limits):
 *
 *   an answer within the target while at least half of the places are taken   one place more per round of answers
 *   an answer later than the target                                           a tenth less, once per target time
 */
export class AdaptiveLimit {
  readonly #bounds: () => LimitBounds;
  /** Begins at the lower bound: what a crowd can be given is found while it waits, not by letting it in. */
  #limit = 0;
  #heldUntilMs = 0;

  constructor(bounds: () => LimitBounds) {
    this.#bounds = bounds;
  }

  get value(): number {
    const { min, max } = this.#bounds();
    return Math.floor(Math.max(min, Math.min(max, this.#limit)));
  }

  /**
   * @param tookMs from admission to answer
   * @param underWay requests that were under way with it
   * @param nowMs on the monotonic clock
   */
  sample(tookMs: number, underWay: number, nowMs: number): void {
    const { min, max, targetMs } = this.#bounds();
    if (tookMs > targetMs) {
      // Answers of one crowd tell of one crowd: they are slow together and count once.
      if (nowMs < this.#heldUntilMs) return;
      this.#heldUntilMs = nowMs + targetMs;
      this.#limit = Math.max(min, Math.min(max, this.#limit) * BACK_OFF);
    } else if (underWay * 2 >= this.value) {
      const limit = Math.max(min, this.#limit);
      this.#limit = Math.min(max, limit + 1 / limit);
    }
  }
}

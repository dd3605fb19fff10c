import { setTimeout as delay } from 'node:timers/promises';

/** How much of a second's allowance may be taken at once. */
const BURST_SECONDS = 0.25;
const LOOK_AGAIN_MS = 100;

/** A token bucket whose rate is asked for anew while it waits, so that a changed setting acts at once. */
export class Throttle {
  readonly #rate: () => number;
  readonly #now: () => number;
  #tokens = 0;
  #filledAt: number;

  /** @param rate events per wall second, above 0, possibly far below 1 */
  constructor(rate: () => number, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
    this.#filledAt = now();
  }

  /** The most events to take at once without making others wait long. */
  get slice(): number {
    return Math.max(1, Math.floor(this.#rate() * BURST_SECONDS));
  }

  /**
   * Resolves when `events` may be applied.
   * @throws the signal's reason when it is aborted first
   */
  async take(events: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.#now();
      const rate = this.#rate();
      const bucket = Math.max(events, rate * BURST_SECONDS);
      this.#tokens = Math.min(bucket, this.#tokens + ((now - this.#filledAt) / 1000) * rate);
      this.#filledAt = now;
      if (this.#tokens >= events) {
        this.#tokens -= events;
        return;
      }
      const missingMs = ((events - this.#tokens) / rate) * 1000;
      await delay(Math.min(missingMs, LOOK_AGAIN_MS), undefined, { signal });
    }
  }
}

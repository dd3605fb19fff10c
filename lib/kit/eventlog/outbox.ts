import type { EventsByTopic, Topic } from '../../contract/events.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import type { EventLog } from './log.ts';

const COMPLAIN_EVERY_MS = 1_000;

/**
 * Appends that an answer does not wait for, within a bound.
 *
 *   healthy            `put` returns undefined at once; the log acknowledges later
 *   backlog or trouble `put` returns a promise: wait for it, and the log slows its callers down
 *
 * An event that neither log nor spool takes is counted (`firedrill_eventlog_rejected_total`) and logged; the promise
 * rejects for whoever waits, and from then on every caller is made to wait until one append succeeds again.
 */
export class Outbox<T extends Topic> {
  readonly #topic: T;
  readonly #log: Pick<EventLog, 'append'>;
  readonly #logger: Pick<Logger, 'error'>;
  readonly #limit: number;
  readonly #pending = new Set<Promise<unknown>>();
  #troubled = false;
  #complainedAt = Number.NEGATIVE_INFINITY;

  /** @param limit events under way before callers are made to wait */
  constructor(options: {
    topic: T;
    log: Pick<EventLog, 'append'>;
    logger: Pick<Logger, 'error'>;
    metrics: Metrics;
    limit?: number;
  }) {
    this.#topic = options.topic;
    this.#log = options.log;
    this.#logger = options.logger;
    this.#limit = options.limit ?? 5_000;
    options.metrics
      .gauge('firedrill_eventlog_pending_events', (gauge) => gauge.set({ topic: this.#topic }, this.size))
      .set({ topic: this.#topic }, 0);
  }

  /** Events handed over and not acknowledged yet. */
  get size(): number {
    return this.#pending.size;
  }

  /** @returns a promise to wait for when the log is behind or in trouble; it rejects when the event is lost */
  put(key: string, event: EventsByTopic[T]): Promise<void> | undefined {
    const wait = this.#troubled || this.#pending.size >= this.#limit;
    const appended = this.#log.append(this.#topic, key, event).then(
      () => {
        this.#troubled = false;
        this.#pending.delete(appended);
      },
      (error: unknown) => {
        this.#troubled = true;
        this.#pending.delete(appended);
        this.#complain(error);
        throw error;
      },
    );
    this.#pending.add(appended);
    if (wait) return appended;
    appended.catch(() => {}); // counted and logged above
    return undefined;
  }

  /** Resolves when everything handed over so far is in the log, in the spool, or reported as lost. */
  async drain(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  #complain(error: unknown): void {
    const now = performance.now();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    this.#logger.error({ topic: this.#topic, err: messageOf(error) }, 'event lost');
  }
}

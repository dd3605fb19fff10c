import type { PlatformEvent, Topic } from '../../contract/events.ts';
import type { Metrics } from '../metrics.ts';
import { partitionOf } from './log.ts';
import type { Spool, SpooledEvent } from './spool.ts';

const LARGEST_BATCH = 512;
const RETRY_MS = 250;

/** The way into the log of one backend: whether all of `batch` is in it, in order, when this resolves; never rejects. */
export type Write = (batch: readonly SpooledEvent[]) => Promise<boolean>;

interface Waiting extends SpooledEvent {
  resolve(where: 'logged' | 'spooled'): void;
  reject(error: unknown): void;
}

/**
 * Batches appends: while one batch is on its way the next one gathers. When the log does not take a
 * batch it goes to the spool, and so does everything after it until the spool is empty again: order is kept. One
 * loop does both, so that steady traffic cannot keep the spool from being replayed.
 */
export class Producer {
  readonly #writeBatch: Write;
  readonly #spool: Spool;
  readonly #appended;
  readonly #rejected;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(write: Write, spool: Spool, metrics: Metrics) {
    this.#writeBatch = write;
    this.#spool = spool;
    this.#appended = metrics.counter('firedrill_eventlog_appended_total');
    this.#rejected = metrics.counter('firedrill_eventlog_rejected_total');
    metrics.gauge('firedrill_eventlog_spooled_events', (gauge) => gauge.set(spool.size));
    if (spool.size > 0) this.#retryLater();
  }

  append(topic: Topic, key: string, event: PlatformEvent): Promise<'logged' | 'spooled'> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ topic, partition: partitionOf(topic, key), key, event, resolve, reject });
      this.#flushing ??= this.#flush();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    while (this.#flushing) await this.#flushing;
  }

  async #flush(): Promise<void> {
    // One turn of the event loop gathers what arrives together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    do {
      if (this.#spool.size > 0 && this.#retry === undefined) await this.#replay();
      const batch = this.#waiting.splice(0, LARGEST_BATCH);
      if (this.#spool.size === 0 && (await this.#write(batch))) {
        for (const { resolve } of batch) resolve('logged');
      } else this.#toSpool(batch);
    } while (
      this.#waiting.length > 0 ||
      (this.#spool.size > 0 && this.#retry === undefined && !this.#closed)
    );
    this.#flushing = undefined;
  }

  async #write(batch: readonly SpooledEvent[]): Promise<boolean> {
    if (batch.length === 0) return true;
    // A batch counts as a whole: events of a half-written one are written again, and consumers count ids once.
    if (!(await this.#writeBatch(batch))) return false;
    for (const { topic } of batch) this.#appended.inc({ topic });
    return true;
  }

  #toSpool(batch: Waiting[]): void {
    const before = this.#spool.size;
    try {
      this.#spool.add(batch.map(({ topic, partition, key, event }) => ({ topic, partition, key, event })));
      for (const { resolve } of batch) resolve('spooled');
    } catch (error) {
      for (const { topic, reject } of batch) {
        this.#rejected.inc({ topic });
        reject(error);
      }
    }
    if (before === 0) this.#retryLater();
  }

  /** Moves a piece of the spool to the log; the rest waits its turn, or for the log to come back. */
  async #replay(): Promise<void> {
    if (await this.#write(this.#spool.peek())) this.#spool.drop();
    else this.#retryLater();
  }

  /** Until then everything goes to the spool without asking the log. */
  #retryLater(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#flushing ??= this.#flush();
    }, RETRY_MS);
    this.#retry.unref();
  }
}

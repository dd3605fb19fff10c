import { setTimeout as delay } from 'node:timers/promises';
import type { FeatureView } from '../../../lib/features/view.ts';
import { viewId } from '../../../lib/features/view.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import type { DeadLetters } from '../../../lib/kit/eventlog/dead-letters.ts';
import type { BatchContext, EventLog, LogRecord } from '../../../lib/kit/eventlog/log.ts';
import { comparePositions } from '../../../lib/kit/eventlog/positions.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { StreamStore } from './store.ts';
import type { Throttle } from './throttle.ts';

type Records = LogRecord<'transactions'>[];

const LOOK_FOR_FILL_MS = 250;
const REPLAY_BATCH = 500;
/** An idle partition's watermark moves this often, wall ms. */
const IDLE_WATERMARK_MS = 250;

export interface IngestOptions {
  view: FeatureView;
  store: StreamStore;
  log: Pick<EventLog, 'read'>;
  throttle: Throttle;
  deadLetters: Pick<DeadLetters, 'readable'>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Brings one partition after the other from the log into the online rows.
 *
 *   wait for a filled store ─▶ replay what the store lost ─▶ set aside what breaks its contract, apply the rest ─▶ watermark
 *
 * The store says which filling and which position its rows contain. When that is behind what the group has already
 * acknowledged (the store was restarted and lost its last second, or was filled anew from the lake), the difference
 * is read from the log again. Applying twice changes nothing.
 */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #label: string;
  readonly #applied;
  readonly #rowAge;
  /** Per partition, the connection and filling its rows were last known complete on. */
  readonly #sessions = new Map<number, { connection: number; fill: string }>();
  readonly #watermarkAt = new Map<number, number>();

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#label = viewId(options.view);
    this.#applied = options.metrics.counter('firedrill_features_applied_total');
    this.#rowAge = options.metrics.histogram('firedrill_features_row_age_seconds');
  }

  /** The handler of the consumer group. */
  handle = async (records: Records, context: BatchContext): Promise<void> => {
    const { partition, caughtUpAt, signal } = context;
    const { store } = this.#options;
    const session = this.#sessions.get(partition);
    if (session?.connection !== store.connection) {
      const fill = await this.#waitForFill(signal);
      const connection = store.connection;
      await this.#replay(partition, fill, records[0]?.position, signal);
      this.#sessions.set(partition, { connection, fill });
    }
    const { fill } = this.#sessions.get(partition)!;
    try {
      if (records.length > 0) await this.#applySlices(partition, records, fill, caughtUpAt, signal);
      else if (caughtUpAt !== undefined) await this.#idle(partition, fill, caughtUpAt);
    } catch (error) {
      // Whatever went wrong, ask the store where it stands before going on.
      this.#sessions.delete(partition);
      throw error;
    }
  };

  async #applySlices(
    partition: number,
    records: Records,
    fill: string,
    caughtUpAt: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, throttle, deadLetters, clock } = this.#options;
    for (let from = 0; from < records.length; ) {
      const slice = records.slice(from, from + throttle.slice);
      from += slice.length;
      await throttle.take(slice.length, signal);
      const isLast = from >= records.length;
      const readable = await deadLetters.readable(slice);
      const applied = await store.apply({
        partition,
        events: readable.map(({ event }) => event),
        // Past what was set aside too: a replay need not read it again.
        position: slice.at(-1)!.position,
        fill,
        watermark:
          isLast && caughtUpAt !== undefined
            ? new Date(caughtUpAt).toISOString()
            : readable.at(-1)?.event.recorded_at,
      });
      const now = clock.now();
      for (const [i, isNew] of applied.entries()) {
        this.#applied.inc({ view: this.#label, partition, result: isNew ? 'applied' : 'duplicate' });
        if (!isNew) continue;
        const age = (now - Date.parse(readable[i]!.event.occurred_at)) / 1000;
        this.#rowAge.observe({ view: this.#label }, Math.max(0, age));
      }
    }
  }

  async #idle(partition: number, fill: string, caughtUpAt: number): Promise<void> {
    const wall = performance.now();
    if (wall - (this.#watermarkAt.get(partition) ?? Number.NEGATIVE_INFINITY) < IDLE_WATERMARK_MS) return;
    this.#watermarkAt.set(partition, wall);
    const watermark = new Date(caughtUpAt).toISOString();
    await this.#options.store.apply({ partition, events: [], position: undefined, fill, watermark });
  }

  /** The consumer may run before the store was filled, or while it is filled again: rows written then would be lost. */
  async #waitForFill(signal: AbortSignal): Promise<string> {
    for (let told = false; ; told = true) {
      const fill = await this.#options.store.filled();
      if (fill !== null) return fill;
      if (!told)
        this.#options.logger.info({ view: this.#label }, 'waiting for the online store to be filled');
      await delay(LOOK_FOR_FILL_MS, undefined, { signal });
    }
  }

  async #replay(
    partition: number,
    fill: string,
    before: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { store, log, throttle, logger } = this.#options;
    const progress = await store.progress(partition);
    const after = progress.fill === fill ? progress.position : undefined;
    let replayed = 0;
    let chunk: Records = [];
    const flush = async () => {
      if (chunk.length > 0) await this.#applySlices(partition, chunk, fill, undefined, signal);
      replayed += chunk.length;
      chunk = [];
    };
    for await (const record of log.read('transactions', partition, after === undefined ? {} : { after })) {
      signal.throwIfAborted();
      if (before !== undefined && comparePositions(record.position, before) >= 0) break;
      chunk.push(record);
      if (chunk.length >= Math.min(throttle.slice, REPLAY_BATCH)) await flush();
    }
    await flush();
    if (replayed > 0)
      logger.info({ view: this.#label, partition, events: replayed }, 'replayed from the log');
  }
}

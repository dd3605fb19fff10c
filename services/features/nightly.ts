import type { Redis } from 'ioredis';
import { filledKey, materializedKey } from '../../lib/features/keys.ts';
import { type FeatureView, viewId } from '../../lib/features/view.ts';
import { type Clock, HOUR_MS, startOfDay } from '../../lib/kit/clock.ts';
import type { Logger } from '../../lib/kit/logging.ts';
import type { Metrics } from '../../lib/kit/metrics.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import type { JobRunner } from './jobs/runner.ts';
import { SOURCE_TABLES } from './lake/layout.ts';
import type { LakeSink } from './lake/sink.ts';
import { Mutex } from './mutex.ts';

const FILL_DEADLINE_MS = 120_000;
/** Events of the old day still arrive for a while after midnight. */
const SETTLE_MS = HOUR_MS / 4;

export interface NightlyOptions {
  views: FeatureView[];
  redis: Redis;
  jobs: JobRunner;
  sink: LakeSink;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Keeps the online store complete: fills it when its mark is missing, and writes the nightly snapshots when a business
 * midnight has passed, also the ones missed while the service was away.
 */
export class Nightly {
  readonly #options: NightlyOptions;
  readonly #materialized;
  readonly #filling = new Mutex();
  #filled = false;
  #complete = false;

  constructor(options: NightlyOptions) {
    this.#options = options;
    this.#materialized = options.metrics.gauge('firedrill_features_materialized_timestamp_seconds');
  }

  /** Whether every view had its rows at the last look or refill. */
  get filled(): boolean {
    return this.#filled;
  }

  /** The same, and nothing was due: the snapshots of the last midnight are there as well. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Looks once at every view and does what is due. */
  async look(): Promise<void> {
    const { views, redis, clock } = this.#options;
    await this.#readMarks();
    let complete = this.#filled;
    for (const view of views) {
      const [filled = null, last = null] = await redis.mget(filledKey(view), materializedKey(view));
      if (filled !== null && last !== null && Date.parse(last) >= startOfDay(clock.now())) {
        this.#report(view, Date.parse(last));
        continue;
      }
      complete = this.#complete = false;
      if (filled === null) await this.#fillIfEmpty(view);
      else await this.#whenSettled(view);
    }
    this.#complete = complete;
  }

  /**
   * Writes the snapshots of the last business midnight now.
   * @param now business time, epoch ms
   */
  async materialize(view: FeatureView, now: number) {
    const result = await this.#options.jobs.run('materialize', { view: viewId(view), now });
    this.#report(view, result.as_of);
    return result;
  }

  /**
   * Makes the rows anew from the lake; the consumer waits, and then applies what the log holds beyond it. Requests find
   * the rows as they were until they are replaced. A filling that is under way does not count: what it wrote before this
   * was asked for may be what is wrong.
   */
  async refill(view: FeatureView): Promise<void> {
    await waitFor(
      `the rows of ${viewId(view)} to be filled`,
      () => this.#filling.run(() => this.#fill(view)).then(() => true),
      { deadlineMs: FILL_DEADLINE_MS, everyMs: 1_000 },
    );
    await this.#readMarks();
  }

  async #readMarks(): Promise<void> {
    const { views, redis } = this.#options;
    this.#filled = (await redis.exists(...views.map(filledKey))) === views.length;
  }

  #fillIfEmpty(view: FeatureView): Promise<void> {
    return this.#filling.run(async () => {
      if ((await this.#options.redis.exists(filledKey(view))) === 0) await this.#fill(view);
    });
  }

  async #fill(view: FeatureView): Promise<void> {
    const { jobs, clock, logger } = this.#options;
    logger.info({ view: viewId(view) }, 'filling the online store from the lake');
    const { rows } = await jobs.run('fill', { view: viewId(view), now: clock.now() });
    logger.info({ view: viewId(view), rows }, 'online store filled');
  }

  /** A snapshot needs every event from before midnight in the lake. */
  async #whenSettled(view: FeatureView): Promise<void> {
    const { sink, clock } = this.#options;
    const now = clock.now();
    const settled = startOfDay(now) + SETTLE_MS;
    if (now < settled) return;
    if (SOURCE_TABLES.some((table) => (sink.watermark(table) ?? Number.NEGATIVE_INFINITY) < settled)) {
      sink.hurry();
      return;
    }
    await this.materialize(view, now);
  }

  #report(view: FeatureView, asOf: number): void {
    for (const { entity, cadence } of view.rows) {
      if (cadence === 'nightly') this.#materialized.set({ view: viewId(view), entity }, asOf / 1000);
    }
  }
}

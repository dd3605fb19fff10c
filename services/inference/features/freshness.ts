import type { Redis } from 'ioredis';
import { materializedKey, watermarkKey } from '../../../lib/features/keys.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';

/**
 * How fresh the features are as their reader sees them: its own business clock minus the watermark it last read. The
 * writer has no say in it, so a consumer that is stuck, and answers its health checks, cannot look fresh.
 *
 *   watermark stands still        freshness grows with business time
 *   store cannot be read          so does it: the reader vouches for nothing newer than its last look
 *   store read, no watermark      no sample: nothing is known; `absent()` is the alert for that
 *   watermark in the future       negative, shown as it is: clocks disagree, or somebody wrote it by hand
 *
 * Nightly rows have a cadence of their own, and so an age of their own: business now minus their newest snapshot.
 */
export class Freshness {
  readonly #redis: Pick<Redis, 'hgetall' | 'get'>;
  readonly #clock: Clock;
  readonly #view: () => FeatureView | undefined;
  #seen: { view: string; watermarks: ReadonlyMap<string, number>; snapshotMs: number } | undefined;

  constructor(
    redis: Pick<Redis, 'hgetall' | 'get'>,
    clock: Clock,
    metrics: Metrics,
    view: () => FeatureView | undefined,
  ) {
    this.#redis = redis;
    this.#clock = clock;
    this.#view = view;
    metrics.gauge('firedrill_feature_freshness_seconds', (gauge) => {
      gauge.reset();
      for (const { view, partition, seconds } of this.ages()) gauge.set({ view, partition }, seconds);
    });
    metrics.gauge('firedrill_feature_snapshot_age_seconds', (gauge) => {
      gauge.reset();
      const { view, snapshotMs } = this.#seen ?? { view: '', snapshotMs: Number.NaN };
      if (!Number.isNaN(snapshotMs)) gauge.set({ view }, (this.#clock.now() - snapshotMs) / 1000);
    });
  }

  /** Reads how far the rows of the view being served have come. @throws when the store does not answer */
  async look(): Promise<void> {
    const view = this.#view();
    if (!view) return;
    const [hash, snapshot] = await Promise.all([
      this.#redis.hgetall(watermarkKey(view)),
      this.#redis.get(materializedKey(view)),
    ]);
    const watermarks = Object.entries(hash).flatMap(([partition, time]) => {
      const ms = Date.parse(time);
      return Number.isNaN(ms) ? [] : [[partition, ms] as const];
    });
    this.#seen = {
      view: viewId(view),
      watermarks: new Map(watermarks),
      snapshotMs: snapshot === null ? Number.NaN : Date.parse(snapshot),
    };
  }

  /** Business seconds between now and each partition's watermark. */
  ages(): { view: string; partition: string; seconds: number }[] {
    const now = this.#clock.now();
    const view = this.#seen?.view ?? '';
    return [...(this.#seen?.watermarks ?? [])].map(([partition, ms]) => ({
      view,
      partition,
      seconds: (now - ms) / 1000,
    }));
  }

  /** Business time, epoch ms, up to which every partition was applied when last seen; undefined when unknown. */
  watermarkMs(): number | undefined {
    const view = this.#view();
    if (!view || this.#seen?.view !== viewId(view) || this.#seen.watermarks.size === 0) return undefined;
    return Math.min(...this.#seen.watermarks.values());
  }

  /** What an operator should know, if anything. */
  note(): string | undefined {
    const view = this.#view();
    if (!view || this.ages().length > 0) return undefined;
    return `features: ${viewId(view)} has no watermark in the online store, so nobody can say how fresh it is`;
  }
}

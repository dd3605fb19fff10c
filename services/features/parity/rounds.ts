import type { Gauge } from 'prom-client';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { type Clock, HOUR_MS } from '../../../lib/kit/clock.ts';
import type { Definition } from '../definitions.ts';
import type { ParityReport } from '../jobs/job.ts';
import type { JobRunner } from '../jobs/runner.ts';
import type { Nightly } from '../nightly.ts';

/** Rows older than this differ for another reason, and freshness has its own alert. */
const FRESH_MS = HOUR_MS;
/** Fewer say nothing. */
const LEAST = 20;

export interface ParityOptions {
  definitions: Map<string, Definition>;
  /** The whole comparison, in a process of its own. */
  jobs: Pick<JobRunner, 'run'>;
  /** A smaller one in this process, for the rounds. */
  sample(view: FeatureView): Promise<ParityReport>;
  nightly: Pick<Nightly, 'complete'>;
  clock: Clock;
  /** firedrill_feature_parity_mismatch_ratio */
  gauge: Pick<Gauge, 'set' | 'remove'>;
  /** Wall seconds between two comparisons; 0: only when asked. */
  everySeconds(): number;
}

/** Compares both paths again and again, and shows what the last comparison found. */
export class Parity {
  readonly #options: ParityOptions;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #watching = false;

  constructor(options: ParityOptions) {
    this.#options = options;
  }

  /** Compares when it is due. The nightly snapshots go before: requests wait for those. */
  async look(): Promise<void> {
    const { definitions, nightly, sample, everySeconds } = this.#options;
    const every = everySeconds();
    // Whoever stops looking does not know any more: the last figure would stand, and page, for ever.
    if (every === 0 && this.#watching) this.#forget();
    this.#watching = every > 0;
    if (every === 0 || !nightly.complete || performance.now() - this.#lookedAt < every * 1000) return;
    this.#lookedAt = performance.now();
    for (const { view } of definitions.values()) await this.#compared(() => sample(view));
  }

  /** @param view `fraud@1` @throws AppError FEATURES_JOB_FAILED */
  compare(view: string, entities: number): Promise<ParityReport> {
    return this.#compared(() => this.#options.jobs.run('parity', { view, entities }));
  }

  async #compared(comparison: () => Promise<ParityReport>): Promise<ParityReport> {
    const now = this.#options.clock.now();
    const report = await comparison();
    this.#show(report, 'stored', report.entities >= LEAST ? report.features : undefined);
    const fresh = now - Date.parse(report.at) < FRESH_MS;
    this.#show(
      report,
      'served',
      fresh && report.served.entities >= LEAST ? report.served.features : undefined,
    );
    return report;
  }

  #forget(): void {
    for (const { view } of this.#options.definitions.values()) {
      for (const path of ['stored', 'served'] as const) this.#show({ view: viewId(view) }, path, undefined);
    }
  }

  /** Without anything to say the samples go: an old figure would look like a new one. */
  #show(
    { view }: Pick<ParityReport, 'view'>,
    path: 'stored' | 'served',
    features: ParityReport['features'] | undefined,
  ) {
    const { gauge, definitions } = this.#options;
    for (const { name } of definitions.get(view)?.view.features ?? []) {
      const ratio = features?.find((feature) => feature.name === name)?.ratio;
      if (ratio === undefined) gauge.remove({ view, feature: name, path });
      else gauge.set({ view, feature: name, path }, ratio);
    }
  }
}

import { DAY_MS, HOUR_MS } from '../../lib/kit/clock.ts';
import { decisionRatios } from './decisions/ratios.ts';
import { type LabelCoverage, labelCoverage } from './labels/coverage.ts';
import { type LabelDelay, labelDelay } from './labels/delay.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { ModelVersionKey } from './ledger/records.ts';
import { type Quality, quality } from './performance/quality.ts';
import { performanceWindow } from './performance/window.ts';
import type { MonitorSettings } from './settings.ts';

/** Standard errors an interval reaches: a true value outside happens once in 370 windows. */
export const Z = 3;

export interface ModelReport extends ModelVersionKey {
  performance: Quality;
  regions: Record<string, Quality>;
  /** Shares over the last business day. */
  decisions: Record<string, number>;
  coverage: LabelCoverage;
}

export interface Report {
  /** Business time it was made. */
  as_of: string;
  models: ModelReport[];
  labels: LabelDelay;
}

/** Everything the ledger says at the business time `nowMs` (epoch ms), per model version. */
export function makeReport(ledger: Ledger, nowMs: number, settings: MonitorSettings): Report {
  const bounds = {
    frauds: settings['performance.window_frauds'],
    rows: settings['performance.window_rows'],
    since: nowMs - settings['performance.window_days'] * DAY_MS,
  };
  const due = {
    from: nowMs - settings['labels.horizon_days'] * DAY_MS,
    until: nowMs - settings['labels.mature_after_hours'] * HOUR_MS,
  };
  const measure = (key: ModelVersionKey, region?: string) =>
    quality(performanceWindow(ledger, key, bounds, region), settings['performance.min_per_class'], Z);

  return {
    as_of: new Date(nowMs).toISOString(),
    models: served(ledger).map(({ model, version, regions }) => ({
      model,
      version,
      performance: measure({ model, version }),
      regions: Object.fromEntries(regions.map((region) => [region, measure({ model, version }, region)])),
      decisions: decisionRatios(ledger, { model, version }, nowMs - DAY_MS),
      coverage: labelCoverage(ledger, { model, version }, due),
    })),
    labels: labelDelay(ledger, nowMs),
  };
}

/** The model versions the ledger knows predictions of, with the regions that made them. */
function served(ledger: Ledger): (ModelVersionKey & { regions: string[] })[] {
  const rows = ledger.database
    .prepare('SELECT DISTINCT model, version, region FROM predictions ORDER BY model, version, region')
    .all() as unknown as (ModelVersionKey & { region: string })[];
  const byVersion = Map.groupBy(rows, ({ model, version }) => JSON.stringify([model, version]));
  return [...byVersion.values()].map((group) => ({
    model: group[0]!.model,
    version: group[0]!.version,
    regions: group.map(({ region }) => region),
  }));
}

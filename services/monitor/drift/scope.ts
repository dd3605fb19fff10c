import { type Decisions, decisionsOf } from '../business/decisions.ts';
import { type InputQuality, inputQuality } from '../inputs/contract.ts';
import type { Profile } from '../profiles/profile.ts';
import type { MonitorSettings } from '../settings.ts';
import type { Cells } from '../windows/cells.ts';
import { type Scope, sumWindow, type WindowName, windowRange } from '../windows/window.ts';
import { type Drift, measureDrift } from './measure.ts';

/** Standard errors the approval rate's interval reaches. */
const Z = 3;

/** One feature of a scope: its input quality and, with enough rows, its drift. */
export type FeatureReport = InputQuality & { drift: Drift | null };

/** A model version's window, cut by region and channel. */
export interface ScopeReport extends Scope {
  /** Of the drift. `no_baseline`: the version's baselines do not tell this scope, or these hours, apart. */
  status: 'ok' | 'not_enough_data' | 'no_baseline';
  reason: string | null;
  rows: number;
  score: Drift | null;
  /** Worst drift first. Empty below the least number of rows. */
  features: FeatureReport[];
  decisions: Decisions | null;
}

export function reportScope(
  cells: Pick<Cells, 'between'>,
  profile: Profile,
  scope: Scope,
  window: { name: WindowName; nowMs: number },
  settings: MonitorSettings,
): ScopeReport {
  const counted = sumWindow(cells, profile, scope, windowRange(window.name, window.nowMs));
  const { rows } = counted;
  const least = leastRows(scope, window.name, settings);
  const wholeDay = window.name === 'day';
  const drifts = rows < least ? [] : measureDrift(profile, scope, counted, wholeDay);
  const inputs = rows < settings['inputs.min_rows'] ? [] : inputQuality(profile, scope, counted, wholeDay);
  const byName = new Map(drifts.map((drift) => [drift.name, drift]));
  const features = inputs.map(
    (input): FeatureReport => ({ ...input, drift: byName.get(input.name) ?? null }),
  );
  return {
    ...scope,
    ...statusOf(rows, least, drifts.length),
    rows,
    score: byName.get('score') ?? null,
    features: features.sort((a, b) => (b.drift?.psi ?? -1) - (a.drift?.psi ?? -1)),
    decisions: rows < settings['inputs.min_rows'] ? null : decisionsOf(profile, scope, counted, Z),
  };
}

function statusOf(rows: number, least: number, measured: number): Pick<ScopeReport, 'status' | 'reason'> {
  if (rows < least) return { status: 'not_enough_data', reason: `${rows} predictions; it takes ${least}` };
  if (measured === 0) {
    return { status: 'no_baseline', reason: 'the baselines of this version do not tell these rows apart' };
  }
  return { status: 'ok', reason: null };
}

/** PSI of few rows is noise: without drift, 42 of 100 windows of 100 rows exceed 0.1. */
function leastRows({ channel }: Scope, window: WindowName, settings: MonitorSettings): number {
  if (window === 'recent') return settings['drift.min_rows_recent'];
  return channel === null ? settings['drift.min_rows'] : settings['drift.min_rows_channel'];
}

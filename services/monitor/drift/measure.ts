import type { Baseline } from '../../../lib/contract/registry.ts';
import { benjaminiHochberg } from '../../../lib/stats/benjamini-hochberg.ts';
import { type PsiBand, populationStabilityIndex, psiBand } from '../../../lib/stats/psi.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Scope, WindowCounts } from '../windows/window.ts';
import { METHODS } from './methods.ts';
import { referenceOf } from './reference.ts';

/** How far the distribution of one feature, or of the score, is from training. */
export interface Drift {
  /** Name of the input, or `score`. */
  name: string;
  kind: 'number' | 'category';
  rows: number;
  psi: number;
  band: PsiBand;
  test: string;
  statistic: number;
  p: number;
  /** Corrected for having tested all of them (Benjamini and Hochberg). */
  p_adjusted: number;
}

/**
 * Every feature and the score of a window against the version's baselines. Left out is what the baseline
 * cannot tell, what has no value in the window, and what describes merchants where only some of them are looked at.
 * @param wholeDay whether the window covers all hours: only then a baseline without hours will do
 */
export function measureDrift(
  { features, score, layout }: Profile,
  scope: Scope,
  window: WindowCounts,
  wholeDay: boolean,
): Drift[] {
  const { counts } = window;
  if (!counts) return [];
  const part = scope.region !== null || scope.channel !== null;
  const compare = (
    name: string,
    kind: Drift['kind'],
    baseline: Baseline,
    first: number,
  ): Omit<Drift, 'p_adjusted'>[] => {
    const observed = counts.subarray(first, first + baseline.counts.length);
    const rows = observed.reduce((sum, n) => sum + n, 0);
    const reference = referenceOf(baseline, scope, window, wholeDay);
    if (!reference || rows === 0) return [];
    const psi = populationStabilityIndex(reference.counts, observed);
    const { test, run } = METHODS[kind];
    return [{ name, kind, rows, psi, band: psiBand(psi), test, ...run(reference.counts, observed) }];
  };
  const measured = [
    ...features.flatMap(({ name, kind, baseline, shared }, f) =>
      shared && part ? [] : compare(name, kind, baseline, layout.features[f]!.bins),
    ),
    ...compare('score', 'number', score, layout.score),
  ];
  const corrected = benjaminiHochberg(measured.map(({ p }) => p));
  return measured.map((drift, i) => ({ ...drift, p_adjusted: corrected[i]! }));
}

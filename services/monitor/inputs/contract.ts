import { binIndex } from '../../../lib/stats/histogram.ts';
import { referenceOf } from '../drift/reference.ts';
import type { FeatureProfile, Profile } from '../profiles/profile.ts';
import { ROW } from '../windows/layout.ts';
import type { Scope, WindowCounts } from '../windows/window.ts';

/** What came in for one feature, against its definition. Shares of the window's rows, 0 to 1. */
export interface InputQuality {
  name: string;
  /** No value at all: null or NaN. */
  missing: number;
  /** The definition's default stands in. */
  defaults: number;
  /**
   * No value, or a default where training had a value: at least so many are lacking. A default can be a value as well
   * (no purchase in the last hour counts 0), so it is only what exceeds training's share of the bin it falls into.
   */
  lacking: number;
  /** Values the definition does not allow, a new category among them. */
  out_of_contract: number;
}

/**
 * Per feature, in the order of the inputs; empty without rows.
 * @param wholeDay whether the window covers all hours
 */
export function inputQuality(
  { features, layout }: Profile,
  scope: Scope,
  window: WindowCounts,
  wholeDay: boolean,
): InputQuality[] {
  const { counts, rows } = window;
  // A row with too many or too few values has none that could be told apart.
  const readable = counts ? rows - counts[ROW.malformed]! : 0;
  if (!counts || readable === 0) return [];
  return features.map((feature, f) => {
    const slots = layout.features[f]!;
    const share = (at: number) => counts[at]! / readable;
    const missing = share(slots.missing);
    const defaults = share(slots.defaults);
    const usual = usualDefaults(feature, scope, window, wholeDay);
    return {
      name: feature.name,
      missing,
      defaults,
      lacking: missing + Math.max(0, defaults - usual),
      out_of_contract: share(slots.outside),
    };
  });
}

/** Share of the bin of the default in training, at these hours and in this scope; 1 when training cannot tell. */
function usualDefaults(
  { baseline, default: fallback }: FeatureProfile,
  scope: Scope,
  window: WindowCounts,
  wholeDay: boolean,
): number {
  const reference = referenceOf(baseline, scope, window, wholeDay);
  if (fallback === null || !reference) return 1;
  const total = reference.counts.reduce((sum, n) => sum + n, 0);
  return reference.counts[binIndex(baseline.edges, fallback)]! / total;
}

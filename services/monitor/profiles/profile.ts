import type { Baseline, ModelManifest } from '../../../lib/contract/registry.ts';
import type { FeatureView } from '../../../lib/features/view.ts';
import { type Layout, layoutOf } from '../windows/layout.ts';

/** One input of a model version, as it was in training and as its definition says it may be. */
export interface FeatureProfile {
  name: string;
  /** A category has no order: `equals` features. */
  kind: 'number' | 'category';
  baseline: Baseline;
  /** The value that stands in when there is nothing to aggregate; null when the view does not know the input. */
  default: number | null;
  /**
   * It describes a merchant. A channel or region has some dozens of them, each with thousands of rows: a day of one
   * is a sample of merchants, and a sample that small is unlike the next one without anything having drifted.
   */
  shared: boolean;
  /** Whether the definition allows a value; a definition without range allows all. */
  allows(value: number): boolean;
}

/** What the predictions of one model version are measured against. */
export interface Profile {
  model: string;
  version: string;
  digest: string;
  features: FeatureProfile[];
  score: Baseline;
  /** Position of the amount among the inputs, -1 without one. */
  amountAt: number;
  /** Expected share of approvals by segment and `overall`, from the held-out rows of training. */
  approvals: Record<string, number>;
  layout: Layout;
}

export function profileOf(
  { model, version }: { model: string; version: string },
  manifest: ModelManifest,
  view: FeatureView,
): Profile {
  const features = manifest.inputs.map(({ name }): FeatureProfile => {
    const baseline = manifest.baselines[name]!;
    const definition = view.features.find((feature) => feature.name === name);
    const fallback = definition?.default ?? null;
    const { range, allowed } = definition ?? { range: null, allowed: null };
    return {
      name,
      kind: definition?.aggregation === 'equals' ? 'category' : 'number',
      baseline,
      default: fallback,
      shared: definition?.entity === 'merchant',
      allows: (value) =>
        allowed ? allowed.includes(value) : !range || (value >= range.min && value <= range.max),
    };
  });
  const score = manifest.baselines.score!;
  return {
    model,
    version,
    digest: manifest.digest,
    features,
    score,
    amountAt: features.findIndex(({ name }) => name === 'amount_eur'),
    approvals: approvalsOf(manifest),
    layout: layoutOf(
      features.map(({ baseline }) => baseline.counts.length),
      score.counts.length,
    ),
  };
}

/** Rows flagged are frauds caught over precision; what is left was approved. */
function approvalsOf({ metrics }: ModelManifest): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([segment, { rows, positives, precision, recall }]) =>
      rows > 0 && precision > 0 ? [[segment, 1 - (positives * recall) / precision / rows]] : [],
    ),
  );
}

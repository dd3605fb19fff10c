import type { ModelVersion } from '../../../lib/contract/registry.ts';
import type { Decision } from '../../../lib/contract/transaction.ts';
import type { Evaluator } from '../../../lib/features/evaluate.ts';
import type { FeatureView } from '../../../lib/features/view.ts';
import type { OnnxModel } from './onnx.ts';

/** A verified model version together with the features it reads. Replaced as a whole, never changed. */
export interface Model {
  readonly registered: ModelVersion;
  /** As in every answer. */
  readonly identity: { readonly name: string; readonly version: string; readonly digest: string };
  readonly view: FeatureView;
  readonly evaluator: Evaluator;
  readonly onnx: OnnxModel;
}

/** The first threshold the score reaches, from the severe end. */
export function decide(score: number, thresholds: { review: number; decline: number }): Decision {
  if (score >= thresholds.decline) return 'decline';
  return score >= thresholds.review ? 'review' : 'approve';
}

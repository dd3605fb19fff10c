import Type, { type Static, type TObject } from 'typebox';
import { PolicySchema } from '../../../lib/contract/registry.ts';

const Time = Type.Optional(Type.String({ format: 'date-time', description: 'business time' }));
const share = (value: number, description: string) =>
  Type.Number({ default: value, minimum: 0, maximum: 1, description });

const { on_missing_features, max_feature_age_seconds, max_prediction_age_seconds } = PolicySchema.properties;

/** Parameters of a training run; a bank's fraud team would argue about the last seven. */
export const TrainParameters = {
  model: Type.String({ default: 'fraud', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$' }),
  view: Type.String({ default: 'fraud', minLength: 1, description: 'feature view the model reads' }),
  view_version: Type.Integer({ default: 1, minimum: 1 }),
  from: Time,
  to: Time,
  days: Type.Integer({ default: 30, minimum: 2, description: 'business days before `to`, without `from`' }),
  label_wait_hours: Type.Number({
    default: 24,
    minimum: 0,
    description: 'without `to`, the newest transactions left out because their labels are still on the way',
  }),
  algorithm: Type.String({ default: 'boosted_trees', enum: ['boosted_trees', 'logistic'] }),
  seed: Type.Integer({ default: 7 }),
  promote: Type.Boolean({ default: false, description: 'move the alias when every gate passes' }),
  override: Type.Boolean({ default: false, description: 'promote although a gate says no' }),
  decline_precision: share(0.9, 'of ten declined customers at most one is honest'),
  review_rate: share(0.03, 'what the analysts can look at: about twice the fraud there is'),
  min_auc: share(0.8, 'below it no model is promoted'),
  max_auc_loss: share(0.02, 'how much worse than the champion, on the same rows, is still promoted'),
  // A stolen card looks like any other by the defaults. Stale windows are paged for long before a limit would help.
  on_missing_features: { ...on_missing_features, default: 'review' as const },
  max_feature_age_seconds: { ...max_feature_age_seconds, default: null },
  // Velocity gives a stolen card away, and a score that is given again does not know of it: no default.
  max_prediction_age_seconds,
};
export type TrainParameters = Static<TObject<typeof TrainParameters>>;

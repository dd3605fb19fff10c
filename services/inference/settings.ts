import Type, { type Static, type TObject } from 'typebox';
import { ON_MISSING_FEATURES, type OnMissingFeatures } from '../../lib/contract/registry.ts';
import { admissionSettings } from '../../lib/kit/pressure/settings.ts';
import { BREAKER_SETTINGS } from './features/breaker.ts';
import { CACHE_SETTINGS } from './features/cache.ts';
import { COLD_SETTINGS } from './features/cold.ts';
import { QUALITY_SETTINGS } from './quality/breaker.ts';
import { BATCH_SETTINGS } from './scoring/batcher.ts';
import { PREDICTION_CACHE_SETTINGS } from './scoring/prediction-cache.ts';
import { SEGMENT_SETTINGS } from './scoring/segment.ts';

/** What may change while inference runs; `GET /v1/settings` shows it with this schema. */
export const InferenceSettings = {
  'features.timeout_ms': Type.Integer({
    default: 250,
    minimum: 1,
    maximum: 10_000,
    description: 'wall ms to wait for the online store before doing without it',
  }),
  'features.on_missing': Type.Unsafe<OnMissingFeatures | 'model'>({
    type: 'string',
    enum: ['model', ...ON_MISSING_FEATURES],
    default: 'model',
    description:
      'what to do with a request without fresh features: default, review, refuse, or what the model version says',
  }),
  'features.max_age_seconds': Type.Unsafe<number | 'model' | null>({
    type: ['number', 'string', 'null'],
    pattern: '^model$',
    exclusiveMinimum: 0,
    default: 'model',
    description:
      'business seconds behind the events beyond which features count as missing; null: no limit; model: as its version says',
  }),
  ...BREAKER_SETTINGS,
  ...CACHE_SETTINGS,
  ...COLD_SETTINGS,
  ...SEGMENT_SETTINGS,
  ...QUALITY_SETTINGS,
  ...admissionSettings('this process', { limitMax: 512, targetMs: 100 }),
  ...BATCH_SETTINGS,
  ...PREDICTION_CACHE_SETTINGS,
  'model.golden_requests': Type.Boolean({
    default: true,
    description: 'whether a version must reproduce its golden requests before it takes traffic',
  }),
  'model.max_row_ms': Type.Number({
    default: 50,
    minimum: 0,
    maximum: 60_000,
    description:
      'wall ms a version may take for one row, the fastest of three, before it takes traffic; 0: as long as it likes',
  }),
};
export type InferenceSettings = Static<TObject<typeof InferenceSettings>>;

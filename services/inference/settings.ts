import Type, { type Static, type TObject } from 'typebox';

/** What may change while inference runs; `GET /v1/settings` shows it with this schema. */
export const InferenceSettings = {
  'features.timeout_ms': Type.Integer({
    default: 250,
    minimum: 1,
    maximum: 10_000,
    description: 'wall ms to wait for the online store before scoring with defaults',
  }),
  'batch.max_rows': Type.Integer({
    default: 16,
    minimum: 1,
    maximum: 64,
    description: 'most requests that share one feature lookup and one run of the model',
  }),
  'model.golden_requests': Type.Boolean({
    default: true,
    description: 'whether a version must reproduce its golden requests before it takes traffic',
  }),
};
export type InferenceSettings = Static<TObject<typeof InferenceSettings>>;

import Type, { type Static } from 'typebox';

/** `sha256:<64 hex digits>` of the bytes it names. */
export const DigestSchema = Type.String({ pattern: '^sha256:[0-9a-f]{64}$' });

const Counts = Type.Array(Type.Integer({ minimum: 0 }), { description: 'rows per bin, k values' });

/** Histogram of one feature or of the score on the training data; drift is measured against it. */
export const BaselineSchema = Type.Object({
  edges: Type.Array(Type.Number(), { description: 'ascending inner bin edges, k - 1 for k bins' }),
  counts: Counts,
  missing: Type.Integer({ description: 'rows without a value' }),
  hours: Type.Optional(
    Type.Array(Counts, { description: 'the same rows by hour of the business day, 24 entries' }),
  ),
  segments: Type.Optional(
    Type.Record(Type.String(), Counts, { description: 'the same rows by segment, `channel:webshop`' }),
  ),
});

export const QualitySchema = Type.Object({
  rows: Type.Integer(),
  positives: Type.Integer(),
  auc: Type.Number(),
  log_loss: Type.Number(),
  precision: Type.Number({ description: 'at the review threshold' }),
  recall: Type.Number({ description: 'at the review threshold' }),
});

/** What to do with a request whose features cannot be had, or are older than allowed. */
export const ON_MISSING_FEATURES = ['default', 'review', 'refuse'] as const;
export type OnMissingFeatures = (typeof ON_MISSING_FEATURES)[number];

/** How a model wants to be served: part of its card, decided by who knows what the model is for. */
export const PolicySchema = Type.Object(
  {
    on_missing_features: Type.Unsafe<OnMissingFeatures>({
      type: 'string',
      enum: [...ON_MISSING_FEATURES],
      description:
        'default: score with the defaults of the view; review: decide `review`; refuse: answer 503. All say so',
    }),
    max_feature_age_seconds: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
      description:
        'business seconds behind the events beyond which features count as missing; null: no limit',
    }),
    max_prediction_age_seconds: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'business seconds for which a score may be given again to a request that looks the same; absent: it may not',
      }),
    ),
  },
  { additionalProperties: false },
);
export type Policy = Static<typeof PolicySchema>;

/**
 * What a model version is, beside its bytes. Registered with the version, never changed afterwards:
 * whoever serves the digest can check every golden request before it takes traffic.
 */
export const ModelManifestSchema = Type.Object({
  digest: DigestSchema,
  algorithm: Type.String(),
  run_id: Type.String(),
  code_version: Type.String(),
  dataset: Type.Object({
    fingerprint: DigestSchema,
    rows: Type.Integer(),
    from: Type.String({ description: 'business time, inclusive' }),
    to: Type.String({ description: 'business time, exclusive' }),
  }),
  feature_view: Type.Object({ name: Type.String(), version: Type.Integer() }),
  inputs: Type.Array(Type.Object({ name: Type.String(), type: Type.String() }), {
    description: 'the ordered input schema: column i of the tensor is inputs[i]',
  }),
  baselines: Type.Record(Type.String(), BaselineSchema, { description: 'per feature, and `score`' }),
  metrics: Type.Record(Type.String(), QualitySchema, { description: '`overall` and one entry per segment' }),
  thresholds: Type.Object({ review: Type.Number(), decline: Type.Number() }),
  golden: Type.Array(Type.Object({ features: Type.Array(Type.Number()), score: Type.Number() }), {
    description: 'requests with the scores the trainer computed itself',
  }),
  parameters: Type.Record(Type.String(), Type.Unknown()),
  policy: Type.Optional(PolicySchema),
});
export type ModelManifest = Static<typeof ModelManifestSchema>;
export type Baseline = Static<typeof BaselineSchema>;
export type Quality = Static<typeof QualitySchema>;

/** One registered version as the registry answers it. Versions are strings, as in MLflow. */
export const ModelVersionSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  created_at: Type.String({ description: 'business time' }),
  created_by: Type.String(),
  description: Type.Optional(Type.String()),
  aliases: Type.Array(Type.String()),
  tags: Type.Record(Type.String(), Type.String()),
  manifest: ModelManifestSchema,
});
export type ModelVersion = Static<typeof ModelVersionSchema>;

import Type, { type Static, type TSchema } from 'typebox';

/** The ways a card transaction reaches the bank; each has an adapter at the gateway. */
export const CHANNELS = ['terminal', 'webshop', 'partner'] as const;
export type Channel = (typeof CHANNELS)[number];

/** ISO 4217 codes the bank settles, with the fixed rate of one unit in euros used for every amount feature. */
export const CURRENCIES = { EUR: 1, USD: 0.92, GBP: 1.17, CHF: 1.04, PLN: 0.23, CAD: 0.68 } as const;
export type Currency = keyof typeof CURRENCIES;

const literals = <T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });

const orNull = <T extends TSchema>(schema: T) => Type.Unsafe<Static<T> | null>({ ...schema, nullable: true });

const identifier = (description: string) =>
  Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9_.:-]+$', description });

/** One card transaction as the whole platform understands it, whatever channel it came from. */
export const TransactionSchema = Type.Object(
  {
    id: identifier('unique per transaction; a retry carries the same id and counts once'),
    card_id: identifier('pseudonym of the card, never its number'),
    amount: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      description: 'major units of `currency`',
    }),
    currency: literals(Object.keys(CURRENCIES) as Currency[]),
    merchant_id: identifier('the shop'),
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2, where the merchant is' }),
    device_id: identifier('terminal, browser or phone that entered the transaction'),
    channel: literals(CHANNELS),
    timestamp: Type.String({ format: 'date-time', description: 'business time, RFC 3339' }),
  },
  { additionalProperties: false },
);
export type Transaction = Static<typeof TransactionSchema>;

export const ScoreRequestSchema = Type.Object(
  { transaction: TransactionSchema },
  { additionalProperties: false },
);
export type ScoreRequest = Static<typeof ScoreRequestSchema>;

export const DECISIONS = ['approve', 'review', 'decline'] as const;
export const FEATURE_SOURCES = ['cache', 'online', 'cold', 'default'] as const;

/** Why a decision is not the model's own. */
export const REVIEW_REASONS = ['features_missing', 'features_outdated', 'segment_restricted'] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/**
 * Codes with which inference refuses on purpose: the policy of the model wants no decision without fresh features. All
 * regions read the same online store, so asking the next one would only double the load.
 */
export const DELIBERATE_REFUSALS: readonly string[] = ['INF_FEATURES_MISSING', 'INF_FEATURES_OUTDATED'];

export const ScoreResponseSchema = Type.Object({
  id: Type.String(),
  decision: literals(DECISIONS),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  model: Type.Object({ name: Type.String(), version: Type.String(), digest: Type.String() }),
  features: Type.Object({
    view: Type.String(),
    version: Type.Integer(),
    source: literals(FEATURE_SOURCES),
    age_seconds: Type.Union([Type.Number(), Type.Null()], {
      description: 'business seconds since the newest event in the card row; null for a card never seen',
    }),
  }),
  region: Type.String(),
  degraded: Type.Boolean({
    description: 'whether the decision was made without the features it should have had',
  }),
  cached: Type.Optional(
    Type.Boolean({
      description: 'true when the score was made for an earlier request that looked the same',
    }),
  ),
  reason: Type.Optional(
    Type.Unsafe<ReviewReason>({
      ...literals(REVIEW_REASONS),
      description:
        'the decision is `review` whatever the score: the policy of the model wants it without fresh features, or an operator restricts the segment',
    }),
  ),
});
export type ScoreResponse = Static<typeof ScoreResponseSchema>;
export type Decision = ScoreResponse['decision'];

/** Why the bank did not let the model see a transaction: its channel is in quarantine, or breaks its contract. */
export const ASIDE_REASONS = ['quarantined', 'contract'] as const;
export type AsideReason = (typeof ASIDE_REASONS)[number];

/**
 * What the gateway answers: the answer of inference, or, for a transaction that was set aside, `reason` with
 * `decision` review, `degraded` true, and nothing where a model would have spoken.
 */
export const DecisionResponseSchema = Type.Object({
  ...ScoreResponseSchema.properties,
  score: orNull(ScoreResponseSchema.properties.score),
  model: orNull(ScoreResponseSchema.properties.model),
  features: orNull(ScoreResponseSchema.properties.features),
  reason: Type.Optional(literals([...ASIDE_REASONS, ...REVIEW_REASONS])),
});
export type DecisionResponse = Static<typeof DecisionResponseSchema>;

import Type, { type Static, type TSchema } from 'typebox';
import { ASIDE_REASONS, type AsideReason, TransactionSchema } from './transaction.ts';

/** Topics of the event log and how many partitions each has. Records of one key stay in order in one partition. */
export const TOPICS = {
  transactions: 4,
  predictions: 4,
  labels: 1,
  audit: 1,
  'dead-letters': 1,
  quarantine: 1,
} as const;
export type Topic = keyof typeof TOPICS;

const envelope = <T extends TSchema>(payload: T) =>
  Type.Object({
    id: Type.String({ description: 'unique per event; consumers count it once' }),
    type: Type.String({ description: '<noun>.<past participle>, for example transaction.scored' }),
    version: Type.Integer({ minimum: 1, description: 'version of the payload schema' }),
    source: Type.String({ description: 'the service that wrote it' }),
    occurred_at: Type.String({ format: 'date-time', description: 'business time it happened' }),
    recorded_at: Type.String({ format: 'date-time', description: 'business time it was handed to the log' }),
    payload,
  });

/** `transaction.scored`, from the gateway once a decision is out. */
export const TransactionEventSchema = envelope(
  Type.Object({
    // Open for fields of a later release: who reads an event ignores what it does not know.
    transaction: Type.Object(TransactionSchema.properties),
    decision: Type.String(),
    score: Type.Number(),
    region: Type.String(),
  }),
);

/**
 * `transaction.quarantined`, from the gateway: a transaction that no model may see or learn from, because its channel
 * is in quarantine or breaks its contract. A topic of its own, so that nobody takes it for a clean one by forgetting
 * to look at a mark.
 */
export const QuarantineEventSchema = envelope(
  Type.Object({
    transaction: Type.Object(TransactionSchema.properties, {
      description: 'as the gateway read it when it came; perhaps wrongly',
    }),
    decision: Type.String(),
    region: Type.String(),
    reason: Type.Unsafe<AsideReason>({ type: 'string', enum: [...ASIDE_REASONS] }),
    received: Type.Unknown({ description: 'the message as it came, to be read again' }),
  }),
);

/** `prediction.made`, from inference: everything needed to recompute or to judge the score later. */
export const PredictionEventSchema = envelope(
  Type.Object({
    transaction_id: Type.String(),
    card_id: Type.String(),
    score: Type.Number(),
    decision: Type.String(),
    model: Type.Object({ name: Type.String(), version: Type.String(), digest: Type.String() }),
    features: Type.Object({
      view: Type.String(),
      version: Type.Integer(),
      source: Type.String(),
      values: Type.Array(Type.Union([Type.Number(), Type.Null()]), {
        description: 'in the order of the model input schema; null where the model got no number (NaN)',
      }),
    }),
    region: Type.String(),
    channel: Type.String(),
    degraded: Type.Boolean(),
    cached: Type.Optional(
      Type.Boolean({ description: 'true when score and features are those of an earlier request' }),
    ),
  }),
);

/** `label.matured`: the bank learns, hours or days later, whether a transaction was fraud. */
export const LabelEventSchema = envelope(
  Type.Object({
    transaction_id: Type.String(),
    card_id: Type.String(),
    transaction_time: Type.String({ format: 'date-time' }),
    is_fraud: Type.Boolean(),
  }),
);

/** `<object>.changed`: one changing call at one service. */
export const AuditEventSchema = envelope(
  Type.Object({
    actor: Type.String(),
    action: Type.String({ description: 'for example settings.patch, model.alias.set' }),
    object: Type.String({ description: 'what was changed, for example model/fraud' }),
    before: Type.Unknown(),
    after: Type.Unknown(),
    reason: Type.Union([Type.String(), Type.Null()]),
  }),
);

/** `event.set_aside`: one group could not read one event of another topic and went on without it. Nothing is lost. */
export const DeadLetterEventSchema = envelope(
  Type.Object({
    topic: Type.String(),
    partition: Type.Integer(),
    position: Type.String({ description: 'where the event stands in its partition' }),
    group: Type.String({ description: 'the consumer group that went on without it' }),
    problem: Type.String({ description: 'what is wrong with it by its contract' }),
    event: Type.Unknown({ description: 'the event as it was read' }),
  }),
);

export const EVENT_SCHEMAS = {
  transactions: TransactionEventSchema,
  predictions: PredictionEventSchema,
  labels: LabelEventSchema,
  audit: AuditEventSchema,
  'dead-letters': DeadLetterEventSchema,
  quarantine: QuarantineEventSchema,
} as const satisfies Record<Topic, TSchema>;

export type TransactionEvent = Static<typeof TransactionEventSchema>;
export type PredictionEvent = Static<typeof PredictionEventSchema>;
export type LabelEvent = Static<typeof LabelEventSchema>;
export type AuditEvent = Static<typeof AuditEventSchema>;
export type QuarantineEvent = Static<typeof QuarantineEventSchema>;
export type DeadLetterEvent = Static<typeof DeadLetterEventSchema>;

export interface EventsByTopic {
  transactions: TransactionEvent;
  predictions: PredictionEvent;
  labels: LabelEvent;
  audit: AuditEvent;
  'dead-letters': DeadLetterEvent;
  quarantine: QuarantineEvent;
}
export type PlatformEvent = EventsByTopic[Topic];

import Type, { type Static, type TSchema } from 'typebox';
import { TransactionSchema } from './transaction.ts';

/** Topics of the event log and how many partitions each has. Records of one key stay in order in one partition. */
export const TOPICS = { transactions: 4, predictions: 4, labels: 1, audit: 1 } as const;
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
    transaction: TransactionSchema,
    decision: Type.String(),
    score: Type.Number(),
    region: Type.String(),
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
      values: Type.Array(Type.Number(), { description: 'in the order of the model input schema' }),
    }),
    region: Type.String(),
    channel: Type.String(),
    degraded: Type.Boolean(),
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

export type TransactionEvent = Static<typeof TransactionEventSchema>;
export type PredictionEvent = Static<typeof PredictionEventSchema>;
export type LabelEvent = Static<typeof LabelEventSchema>;
export type AuditEvent = Static<typeof AuditEventSchema>;

export interface EventsByTopic {
  transactions: TransactionEvent;
  predictions: PredictionEvent;
  labels: LabelEvent;
  audit: AuditEvent;
}
export type PlatformEvent = EventsByTopic[Topic];

import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { type EventsByTopic, LabelEventSchema, PredictionEventSchema } from '../../../lib/contract/events.ts';
import type { Consumer, EventLog, LogRecord } from '../../../lib/kit/eventlog/log.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Ledger } from './ledger.ts';

const GROUP = 'monitor';

export interface IntakeOptions {
  log: EventLog;
  ledger: Ledger;
  metrics: Metrics;
  logger: Logger;
  /** Unique per process. */
  member: string;
}

/** Brings predictions and labels from the event log into the ledger. Stops with the log. */
export async function startIntake(options: IntakeOptions): Promise<Consumer[]> {
  const { log, ledger, member } = options;
  const ajv = addFormats.default(new Ajv({ strict: false, strictNumbers: true }));
  const prediction = ajv.compile(PredictionEventSchema);
  const label = ajv.compile(LabelEventSchema);
  return Promise.all([
    log.consume({
      topic: 'predictions',
      group: GROUP,
      member,
      handle: async (records) =>
        ledger.addPredictions(
          readable(options, records, prediction).map(({ occurred_at, payload }) => ({
            transactionId: payload.transaction_id,
            model: payload.model.name,
            version: payload.model.version,
            region: payload.region,
            decision: payload.decision,
            score: payload.score,
            madeMs: Date.parse(occurred_at),
          })),
        ),
    }),
    log.consume({
      topic: 'labels',
      group: GROUP,
      member,
      handle: async (records) =>
        ledger.addLabels(
          readable(options, records, label).map(({ occurred_at, payload }) => ({
            transactionId: payload.transaction_id,
            isFraud: payload.is_fraud,
            transactionMs: Date.parse(payload.transaction_time),
            maturedMs: Date.parse(occurred_at),
          })),
        ),
    }),
  ]);
}

/** An event that breaks its contract is counted and left out: it must not stand in the way of those behind it. */
function readable<T extends 'predictions' | 'labels'>(
  { metrics, logger }: IntakeOptions,
  records: LogRecord<T>[],
  validate: ((event: unknown) => boolean) & { errors?: unknown },
): EventsByTopic[T][] {
  return records.flatMap(({ topic, partition, position, event }) => {
    if (validate(event)) return [event];
    metrics.counter('firedrill_monitor_rejected_events_total').inc({ topic });
    logger.warn({ topic, partition, position, problems: validate.errors }, 'event breaks its contract');
    return [];
  });
}

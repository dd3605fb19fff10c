import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import {
  type EventsByTopic,
  LabelEventSchema,
  type PredictionEvent,
  PredictionEventSchema,
} from '../../../lib/contract/events.ts';
import type { Consumer, EventLog, LogRecord } from '../../../lib/kit/eventlog/log.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { ReadProgress } from './progress.ts';
import type { Label, ModelVersionKey, Prediction } from './records.ts';

const GROUP = 'monitor';

export interface IntakeOptions {
  log: EventLog;
  /** Asked before the predictions of a version are recorded. */
  learn(versions: ModelVersionKey[]): Promise<void>;
  /** All of them, or none when it throws. */
  addPredictions(predictions: Prediction[]): void;
  addLabels(labels: Label[]): void;
  /** Which input of a version is the amount; -1 for none. */
  amountAt(version: ModelVersionKey): number;
  progress: ReadProgress;
  metrics: Metrics;
  logger: Logger;
  /** Unique per process. */
  member: string;
}

/** Brings predictions and labels from the event log into the monitor's books. Stops with the log. */
export async function startIntake(options: IntakeOptions): Promise<Consumer[]> {
  const { log, member, progress } = options;
  const ajv = addFormats.default(new Ajv({ strict: false, strictNumbers: true }));
  const prediction = ajv.compile(PredictionEventSchema);
  const label = ajv.compile(LabelEventSchema);
  return Promise.all([
    log.consume({
      topic: 'predictions',
      group: GROUP,
      member,
      handle: async (records, { partition, caughtUpAt }) => {
        const events = readable(options, records, prediction);
        const versions = new Map(
          events.map(({ payload: { model } }) => [`${model.name}/${model.version}`, model]),
        );
        await options.learn([...versions.values()].map(({ name, version }) => ({ model: name, version })));
        options.addPredictions(events.map((event) => toPrediction(event, options.amountAt)));
        if (caughtUpAt !== undefined) progress.reached(partition, caughtUpAt);
      },
    }),
    log.consume({
      topic: 'labels',
      group: GROUP,
      member,
      handle: async (records) =>
        options.addLabels(
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

function toPrediction(
  { occurred_at, payload }: PredictionEvent,
  amountAt: IntakeOptions['amountAt'],
): Prediction {
  const { features, score, decision, region, channel, degraded } = payload;
  const { name: model, version } = payload.model;
  return {
    transactionId: payload.transaction_id,
    ...{ model, version, region, channel, decision, score, degraded },
    madeMs: Date.parse(occurred_at),
    source: features.source,
    values: features.values,
    amountEur: features.values[amountAt({ model, version })] ?? null,
  };
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

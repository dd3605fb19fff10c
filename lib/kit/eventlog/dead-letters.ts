import type { Topic } from '../../contract/events.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import { contractProblem } from './contract.ts';
import { errors } from './errors.ts';
import { type EventLog, type LogRecord, partitionName } from './log.ts';

/** What a reader does with an event that breaks the contract of its topic. */
export const ON_BAD_EVENT = ['set_aside', 'block'] as const;
export type OnBadEvent = (typeof ON_BAD_EVENT)[number];

export interface DeadLettersOptions {
  /** The service that reads. */
  source: string;
  group: string;
  log: Pick<EventLog, 'append'>;
  clock: Pick<Clock, 'iso'>;
  metrics: Metrics;
  logger: Logger;
  /** Asked for each bad event; `set_aside` when absent. */
  onBadEvent?: () => OnBadEvent;
}

/**
 * Keeps events that nobody here can read from standing in the way of those behind them: they go to the topic
 * `dead-letters` with where they came from and what is wrong with them, for somebody to look at. Under `block` order
 * counts more than progress, and the partition waits.
 */
export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #count;

  constructor(options: DeadLettersOptions) {
    this.#options = options;
    this.#count = options.metrics.counter('firedrill_eventlog_set_aside_total');
  }

  /**
   * Those of `records` that keep their contract, in order. The others have a letter in the log when this resolves;
   * one that is read again gets the same letter again, under the same id.
   * @throws AppError LOG_CONTRACT_BROKEN for the first bad one under `block`, LOG_SPOOL_FULL
   */
  async readable<T extends Topic>(records: readonly LogRecord<T>[]): Promise<LogRecord<T>[]> {
    const good: LogRecord<T>[] = [];
    for (const record of records) {
      const problem = contractProblem(record.topic, record.event);
      if (problem === undefined) good.push(record);
      else await this.#setAside(record, problem);
    }
    return good;
  }

  async #setAside({ topic, partition, position, event }: LogRecord, problem: string): Promise<void> {
    const { source, group, log, clock, logger, onBadEvent } = this.#options;
    if (onBadEvent?.() === 'block')
      throw errors.CONTRACT_BROKEN(partitionName(topic, partition), position, problem);
    const now = clock.iso();
    const id = [topic, partition, position, group].join(':');
    await log.append('dead-letters', id, {
      id,
      type: 'event.set_aside',
      version: 1,
      source,
      occurred_at: now,
      recorded_at: now,
      payload: { topic, partition, position, group, problem, event },
    });
    this.#count.inc({ topic, group });
    logger.warn({ topic, group, partition, position, problem }, 'event set aside');
  }
}

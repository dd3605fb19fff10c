import { type EventsByTopic, TOPICS, type Topic } from '../../contract/events.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import { hash32 } from '../random.ts';

/** One event where the log keeps it. `position` grows within a partition and is opaque otherwise. */
export interface LogRecord<T extends Topic = Topic> {
  topic: T;
  partition: number;
  position: string;
  event: EventsByTopic[T];
}

export interface BatchContext {
  partition: number;
  /**
   * Set when the batch reaches the end of the partition: the business time, epoch ms, at which the log was read.
   * Everything the partition held by then has been handed over.
   */
  caughtUpAt: number | undefined;
  signal: AbortSignal;
}

export interface ConsumeOptions<T extends Topic> {
  topic: T;
  group: string;
  /** Unique per process; owns partitions while it lives. */
  member: string;
  /** Largest batch, records; a function is asked before each batch. */
  batchSize?: number | (() => number);
  /** Where a new group begins: the oldest record kept, or only what comes from now on. */
  from?: 'oldest' | 'newest';
  /**
   * Processes a batch of one partition, in order, at least once. An empty batch means the end was reached. The
   * batch is acknowledged when this resolves, and handed over again when it rejects: nothing behind it overtakes.
   */
  handle(records: LogRecord<T>[], context: BatchContext): Promise<void>;
}

export interface Consumer {
  /** Stops after the batch in hand. */
  stop(): Promise<void>;
  /** Partitions this member owns now. */
  owned(): number[];
}

/** Where to begin: behind a record, or with the first one that the log took at `since` or later, wall epoch ms. */
export interface Range {
  after?: string;
  since?: number;
  limit?: number;
}

/** Reads without a group, for replays and audits. */
export interface LogReader {
  /** Records of one partition, oldest first, up to its end. */
  read<T extends Topic>(topic: T, partition: number, range?: Range): AsyncIterable<LogRecord<T>>;
  /** At most `count` records of one partition, newest first. */
  newest<T extends Topic>(topic: T, partition: number, count: number): Promise<LogRecord<T>[]>;
  close(): Promise<void>;
}

/** Ordered per key, at least once, replayable: on Redis Streams or on Kafka (docs/event-log.md). */
export interface EventLog extends LogReader {
  /**
   * Hands an event to the log; resolves when the log, or the spool on disk while the log is away, has it.
   * @throws AppError LOG_SPOOL_FULL when neither can take it
   */
  append<T extends Topic>(topic: T, key: string, event: EventsByTopic[T]): Promise<'logged' | 'spooled'>;
  consume<T extends Topic>(options: ConsumeOptions<T>): Promise<Consumer>;
  /** Records a group has not acknowledged, per partition. */
  lag(topic: Topic, group: string): Promise<number[]>;
  /**
   * Lets go of records older than `keepMs` of wall time. Answers how many went; a backend that forgets by itself
   * takes note of how long to keep them and answers 0.
   */
  trim(topic: Topic, keepMs: number): Promise<number>;
  /** Flushes what is buffered and closes. */
  close(): Promise<void>;
}

export interface EventLogOptions {
  /** `redis://…` or `kafka://host:port[,host:port][/prefix]`. */
  url: string;
  /** Folder for the spool; one per process. */
  stateDir: string;
  /** Bytes the spool may take. */
  spoolLimit?: number;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** Which partition the records of `key` live in. */
export const partitionOf = (topic: Topic, key: string): number => hash32(key) % TOPICS[topic];

export const partitionsOf = (topic: Topic): number[] => Array.from({ length: TOPICS[topic] }, (_, i) => i);

/** What people, messages and alerts call a partition, on every backend. */
export const partitionName = (topic: Topic, partition: number): string => `log:${topic}:${partition}`;

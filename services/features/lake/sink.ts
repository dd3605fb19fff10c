import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../lib/kit/clock.ts';
import { DeadLetters } from '../../../lib/kit/eventlog/dead-letters.ts';
import type { BatchContext, Consumer, EventLog, LogRecord } from '../../../lib/kit/eventlog/log.ts';
import { partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Mutex } from '../mutex.ts';
import { TABLES, type Table } from './layout.ts';
import { TO_ROW } from './rows.ts';
import type { LakeRow, LakeWriter } from './writer.ts';

const GROUP = 'lake';
/** A flushed batch at most, records. */
const BATCH_SIZE = 5_000;

export interface SinkOptions {
  log: EventLog;
  writer: LakeWriter;
  /** DuckDB's connection does one thing at a time. */
  mutex: Mutex;
  clock: Clock;
  metrics: Metrics;
  logger: Logger;
  /** Names the reader in what it sets aside. */
  source: string;
  member: string;
  flushSeconds(): number;
}

/**
 * The way from the event log into the lake. A batch is acknowledged once its files have their names: after a crash
 * the same records come again, as the same files. Between flushes records gather in the log, which keeps them safer
 * than any buffer here.
 */
export class LakeSink {
  readonly #options: SinkOptions;
  readonly #sunk;
  readonly #deadLetters: DeadLetters;
  readonly #caughtUp = new Map<string, number>();
  readonly #consumers: Consumer[] = [];
  #hurry = new AbortController();

  constructor(options: SinkOptions) {
    this.#options = options;
    this.#sunk = options.metrics.counter('firedrill_features_sunk_total');
    this.#deadLetters = new DeadLetters({ ...options, group: GROUP });
    const watermark = options.metrics.gauge('firedrill_features_lake_watermark_seconds', () => {
      for (const table of TABLES) {
        const at = this.watermark(table);
        if (at !== undefined) watermark.set({ topic: table }, at / 1000);
      }
    });
  }

  async start(): Promise<void> {
    const { log, member } = this.#options;
    const into = <T extends Table>(table: T) =>
      log.consume({
        topic: table,
        group: GROUP,
        member,
        batchSize: BATCH_SIZE,
        handle: (records, context) => this.#handle(table, records, context),
      });
    for (const table of TABLES) this.#consumers.push(await into(table));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()));
  }

  /** Business time, epoch ms, up to which the lake holds every event of a table; undefined until it is known. */
  watermark(table: Table): number | undefined {
    const times = partitionsOf(table).map((partition) => this.#caughtUp.get(`${table}:${partition}`));
    if (times.some((time) => time === undefined)) return undefined;
    return Math.min(...(times as number[]));
  }

  /** Flushes now what would wait for its turn. */
  hurry(): void {
    this.#hurry.abort();
    this.#hurry = new AbortController();
  }

  async #handle<T extends Table>(table: T, records: LogRecord<T>[], context: BatchContext): Promise<void> {
    const { partition, caughtUpAt, signal } = context;
    if (records.length > 0) {
      const readable = await this.#deadLetters.readable(records);
      await this.#options.mutex.run(() => this.#write(table, partition, readable));
      this.#sunk.inc({ topic: table }, readable.length);
    }
    if (caughtUpAt === undefined) return;
    this.#caughtUp.set(`${table}:${partition}`, caughtUpAt);
    if (records.length === 0) return;
    const ms = (this.#options.flushSeconds() * 1000) / partitionsOf(table).length;
    await delay(ms, undefined, { signal: AbortSignal.any([signal, this.#hurry.signal]) }).catch(() => {});
  }

  async #write<T extends Table>(table: T, partition: number, records: LogRecord<T>[]): Promise<void> {
    const days = new Map<string, LakeRow[]>();
    for (const { event } of records) {
      const { day, row } = TO_ROW[table](event);
      const rows = days.get(day);
      if (rows === undefined) days.set(day, [row]);
      else rows.push(row);
    }
    for (const [day, rows] of days) {
      await this.#options.writer.write(table, day, `part-${partition}-${records[0]!.position}`, rows);
    }
  }
}

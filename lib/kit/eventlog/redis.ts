import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Gauge } from 'prom-client';
import type { EventsByTopic, Topic } from '../../contract/events.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logging.ts';
import type { Metrics } from '../metrics.ts';
import { connectRedis } from '../redis.ts';
import { StreamConsumer } from './consumer.ts';
import { streamKey } from './keys.ts';
import { type ConsumeOptions, type Consumer, type EventLog, type LogRecord, partitionsOf } from './log.ts';
import { comparePositions } from './positions.ts';
import { Producer } from './producer.ts';
import { parseEntries, type StreamEntry } from './records.ts';
import { toRecord } from './settle.ts';
import { Spool } from './spool.ts';

const LAG_DEADLINE_MS = 500;

export interface RedisEventLogOptions {
  url: string;
  /** Folder for the spool; one per process. */
  stateDir: string;
  /** Bytes the spool may take. */
  spoolLimit?: number;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** The event log on Redis Streams: one stream per partition, one consumer group per reader. */
export class RedisEventLog implements EventLog {
  readonly #redis: Redis;
  readonly #producer: Producer;
  readonly #options: RedisEventLogOptions;
  readonly #groups: { topic: Topic; group: string }[] = [];
  readonly #consumers: { consumer: Consumer; redis: Redis }[] = [];

  constructor(options: RedisEventLogOptions) {
    this.#options = options;
    this.#redis = connectRedis(options.url, { commandTimeout: 5_000, logger: options.logger });
    const spool = new Spool(join(options.stateDir, 'spool.jsonl'), options.spoolLimit ?? 64 * 1024 * 1024);
    this.#producer = new Producer(this.#redis, spool, options.metrics);
  }

  append<T extends Topic>(topic: T, key: string, event: EventsByTopic[T]): Promise<'logged' | 'spooled'> {
    return this.#producer.append(topic, key, event);
  }

  async consume<T extends Topic>(options: ConsumeOptions<T>): Promise<Consumer> {
    const { url, clock, logger, metrics } = this.#options;
    // A connection of its own: a slow batch must not stand in front of the producer.
    const redis = connectRedis(url, { commandTimeout: 5_000, logger });
    const { topic, group } = options;
    metrics.gauge('firedrill_eventlog_consumer_lag_events', async (gauge) => {
      await Promise.all(this.#groups.map((group) => this.#showLag(gauge, group)));
    });
    this.#groups.push({ topic, group });
    const consumer = new StreamConsumer(redis, options, clock, logger, metrics).start();
    this.#consumers.push({ consumer, redis });
    return consumer;
  }

  async *read<T extends Topic>(
    topic: T,
    partition: number,
    { after, limit = Number.POSITIVE_INFINITY }: { after?: string; limit?: number } = {},
  ): AsyncIterable<LogRecord<T>> {
    let from = after === undefined ? '-' : `(${after}`;
    let left = limit;
    while (left > 0) {
      const count = Math.min(left, 1_000);
      const entries = await this.#redis.xrange(streamKey(topic, partition), from, '+', 'COUNT', count);
      yield* parseEntries(topic, partition, entries as StreamEntry[]);
      if (entries.length < count) return;
      left -= entries.length;
      from = `(${entries.at(-1)![0]}`;
    }
  }

  async lag(topic: Topic, group: string): Promise<number[]> {
    return Promise.all(
      partitionsOf(topic).map(async (partition) => {
        const info = (await this.#groupsOf(topic, partition)).find(({ name }) => name === group);
        return info ? info.lag + info.pending : 0;
      }),
    );
  }

  async trim(topic: Topic, keepMs: number): Promise<number> {
    let trimmed = 0;
    for (const partition of partitionsOf(topic)) {
      const key = streamKey(topic, partition);
      let bound = `${Date.now() - keepMs}-0`;
      for (const { name, pending, lastDelivered } of await this.#groupsOf(topic, partition)) {
        // Null when what was pending has been acknowledged between the two questions.
        const first = pending > 0 ? ((await this.#redis.xpending(key, name)) as (string | null)[])[1] : null;
        const oldest = first ?? lastDelivered;
        if (comparePositions(oldest, bound) < 0) bound = oldest;
      }
      trimmed += await this.#redis.xtrim(key, 'MINID', bound);
    }
    return trimmed;
  }

  async close(): Promise<void> {
    await Promise.all(this.#consumers.map(({ consumer }) => consumer.stop()));
    await this.#producer.close();
    for (const { redis } of this.#consumers) redis.disconnect();
    this.#redis.disconnect();
  }

  /** A log that does not answer must not take the metrics page with it; a lag nobody knows has no sample. */
  async #showLag(gauge: Gauge, { topic, group }: { topic: Topic; group: string }): Promise<void> {
    const lags = await Promise.race([
      this.lag(topic, group).catch(() => undefined),
      delay(LAG_DEADLINE_MS, undefined, { ref: false }),
    ]);
    for (const partition of partitionsOf(topic)) {
      const events = lags?.[partition];
      if (events === undefined) gauge.remove({ topic, group, partition });
      else gauge.set({ topic, group, partition }, events);
    }
  }

  async #groupsOf(topic: Topic, partition: number) {
    const key = streamKey(topic, partition);
    if ((await this.#redis.exists(key)) === 0) return [];
    const groups = (await this.#redis.xinfo('GROUPS', key)) as unknown[][];
    return groups.map(toRecord).map((info) => ({
      name: String(info.name),
      pending: Number(info.pending),
      // Redis answers null when deletions make the count uncertain; the next delivery makes it certain again.
      lag: Number(info.lag ?? 0),
      lastDelivered: String(info['last-delivered-id']),
    }));
  }
}

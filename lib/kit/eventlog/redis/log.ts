import type { Redis } from 'ioredis';
import type { EventsByTopic, Topic } from '../../../contract/events.ts';
import { connectRedis } from '../../redis.ts';
import { LagGauge } from '../lag-gauge.ts';
import {
  type ConsumeOptions,
  type Consumer,
  type EventLog,
  type EventLogOptions,
  type LogRecord,
  partitionsOf,
  type Range,
} from '../log.ts';
import { comparePositions } from '../positions.ts';
import { Producer } from '../producer.ts';
import { openSpool } from '../spool.ts';
import { StreamConsumer } from './consumer.ts';
import { streamKey } from './keys.ts';
import { StreamReader } from './reader.ts';
import { toRecord } from './settle.ts';
import { streamWriter } from './writer.ts';

/** The event log on Redis Streams: one stream per partition, one consumer group per reader. */
export class RedisEventLog implements EventLog {
  readonly #redis: Redis;
  readonly #producer: Producer;
  readonly #options: EventLogOptions;
  readonly #reader: StreamReader;
  readonly #lags: LagGauge;
  readonly #consumers: { consumer: Consumer; redis: Redis }[] = [];

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#redis = connectRedis(options.url, { commandTimeout: 5_000, logger: options.logger });
    this.#reader = new StreamReader(this.#redis);
    this.#producer = new Producer(streamWriter(this.#redis), openSpool(options), options.metrics);
    this.#lags = new LagGauge(this, options.metrics);
  }

  append<T extends Topic>(topic: T, key: string, event: EventsByTopic[T]): Promise<'logged' | 'spooled'> {
    return this.#producer.append(topic, key, event);
  }

  async consume<T extends Topic>(options: ConsumeOptions<T>): Promise<Consumer> {
    const { url, clock, logger, metrics } = this.#options;
    // A connection of its own: a slow batch must not stand in front of the producer.
    const redis = connectRedis(url, { commandTimeout: 5_000, logger });
    this.#lags.add(options.topic, options.group);
    const consumer = new StreamConsumer(redis, options, clock, logger, metrics).start();
    this.#consumers.push({ consumer, redis });
    return consumer;
  }

  read<T extends Topic>(topic: T, partition: number, range?: Range): AsyncIterable<LogRecord<T>> {
    return this.#reader.read(topic, partition, range);
  }

  newest<T extends Topic>(topic: T, partition: number, count: number): Promise<LogRecord<T>[]> {
    return this.#reader.newest(topic, partition, count);
  }

  async lag(topic: Topic, group: string): Promise<number[]> {
    return Promise.all(
      partitionsOf(topic).map(async (partition) => {
        const info = (await this.#groupsOf(topic, partition)).find(({ name }) => name === group);
        return info ? info.lag + info.pending : 0;
      }),
    );
  }

  /** Never past what the slowest group has read. */
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

/** @returns at once; appends go to the spool until Redis answers */
export const openLog = (options: EventLogOptions): EventLog => new RedisEventLog(options);

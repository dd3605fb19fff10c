import type { Redis } from 'ioredis';
import type { Topic } from '../../../contract/events.ts';
import type { Logger } from '../../logging.ts';
import { connectRedis } from '../../redis.ts';
import type { LogReader, LogRecord, Range } from '../log.ts';
import { streamKey } from './keys.ts';
import { parseEntries, type StreamEntry } from './records.ts';

const PAGE = 1_000;

/** Reads streams by their positions. */
export class StreamReader implements LogReader {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async *read<T extends Topic>(
    topic: T,
    partition: number,
    { after, since, limit = Number.POSITIVE_INFINITY }: Range = {},
  ): AsyncIterable<LogRecord<T>> {
    let from = after !== undefined ? `(${after}` : since !== undefined ? `${since}-0` : '-';
    let left = limit;
    while (left > 0) {
      const count = Math.min(left, PAGE);
      const entries = await this.#redis.xrange(streamKey(topic, partition), from, '+', 'COUNT', count);
      yield* parseEntries(topic, partition, entries as StreamEntry[]);
      if (entries.length < count) return;
      left -= entries.length;
      from = `(${entries.at(-1)![0]}`;
    }
  }

  async newest<T extends Topic>(topic: T, partition: number, count: number): Promise<LogRecord<T>[]> {
    const entries = await this.#redis.xrevrange(streamKey(topic, partition), '+', '-', 'COUNT', count);
    return parseEntries(topic, partition, entries as StreamEntry[]);
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }
}

/** A reader with a connection of its own, usable once that is there. */
export const openReader = ({ url, logger }: { url: string; logger?: Logger }): LogReader =>
  new StreamReader(connectRedis(url, { commandTimeout: 5_000, ...(logger && { logger }) }));

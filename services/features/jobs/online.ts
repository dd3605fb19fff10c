import type { Redis } from 'ioredis';
import { connectRedis, redisReady } from '../../../lib/kit/redis.ts';

const CHUNK = 1_000;

/** Connects to a Redis for the life of one job. */
export async function openRedis(url: string): Promise<Redis> {
  const redis = connectRedis(url, { commandTimeout: 10_000 });
  await redisReady(redis);
  return redis;
}

/** Writes rows a thousand at a time. */
export class RowWriter {
  readonly #redis: Redis;
  #waiting: string[] = [];
  readonly written = new Set<string>();

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async set(key: string, text: string): Promise<void> {
    this.written.add(key);
    this.#waiting.push(key, text);
    if (this.#waiting.length >= 2 * CHUNK) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#waiting.length > 0) await this.#redis.mset(this.#waiting);
    this.#waiting = [];
  }

  /** Removes keys of a pattern that were not written. */
  async removeOthers(pattern: string): Promise<void> {
    for await (const keys of this.#redis.scanStream({ match: pattern, count: CHUNK })) {
      const others = (keys as string[]).filter((key) => !this.written.has(key));
      if (others.length > 0) await this.#redis.del(others);
    }
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { connectRedis, redisReady } from '../../../../lib/kit/redis.ts';
import { beNeighbour } from '../companion.ts';

export type RedisWork = 'keys' | 'sort' | 'lrange' | 'lua';

export interface RedisOptions {
  url: string;
  /** What it calls itself towards Redis. */
  client: string;
  work: RedisWork;
  /** Its own data lies below this. */
  prefix: string;
  /** How much data it brings along, and so how long one command takes. */
  elements: number;
  /** What a command is to take at least, wall ms. */
  commandMs: number;
  /** Share of the time in which one of its commands runs. */
  duty: number;
}

const CHUNK = 5_000;
/** A hundred megabytes while they are sorted. */
const MOST_ELEMENTS = 3_000_000;
const AFTER_ERROR_MS = 250;

const LOOP = `
  local sum = 0
  for i = 1, tonumber(ARGV[1]) do sum = (sum + i * 31) % 1000003 end
  return sum`;

const WORK: Record<RedisWork, (redis: Redis, options: RedisOptions) => Promise<unknown>> = {
  keys: (redis) => redis.keys('*'),
  sort: (redis, { prefix }) => redis.sort(`${prefix}:rows`, 'LIMIT', 0, 20),
  lrange: (redis, { prefix }) => redis.lrange(`${prefix}:rows`, 0, -1),
  // About as long as the others take for as much data.
  lua: (redis, { elements }) => redis.eval(LOOP, 0, elements * 5),
};

async function fill(redis: Redis, { work, prefix, elements }: RedisOptions): Promise<void> {
  if (work === 'lua') return;
  const mark = `${prefix}:loaded`;
  if ((await redis.get(mark)) === String(elements)) return;
  await redis.unlink(`${prefix}:rows`);
  for (let from = 0; from < elements; from += CHUNK) {
    const numbers = Array.from(
      { length: Math.min(CHUNK, elements - from) },
      (_, i) => ((from + i) * 7919) % 1_000_003,
    );
    if (work === 'keys') await redis.mset(numbers.flatMap((number, i) => [`${prefix}:${from + i}`, number]));
    else await redis.rpush(`${prefix}:rows`, ...numbers);
  }
  await redis.set(mark, elements);
}

/** As much data as makes a command take `commandMs` here: a quick machine needs more of it. */
async function enough(redis: Redis, options: RedisOptions): Promise<RedisOptions> {
  const { work, elements, commandMs } = options;
  const begin = performance.now();
  await WORK[work](redis, options);
  const tookMs = performance.now() - begin;
  if (tookMs >= commandMs) return options;
  const more = Math.min(MOST_ELEMENTS, Math.ceil(elements * (commandMs / tookMs)));
  return { ...options, elements: Math.max(elements, more) };
}

async function run(redis: Redis, options: RedisOptions): Promise<never> {
  for (;;) {
    try {
      // Also when somebody has cleared it away: the job makes its table again.
      await fill(redis, options);
      const begin = performance.now();
      await WORK[options.work](redis, options);
      const tookMs = performance.now() - begin;
      await delay(tookMs * (1 / options.duty - 1));
    } catch {
      // Disconnected, refused, full: it comes back, as jobs do.
      await delay(AFTER_ERROR_MS);
    }
  }
}

await beNeighbour<RedisOptions>(async (options) => {
  const redis = connectRedis(options.url, { connectionName: options.client });
  await redisReady(redis);
  await fill(redis, options);
  const sized = await enough(redis, options);
  await fill(redis, sized);
  void run(redis, sized);
});

import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from './logging.ts';

/**
 * A connection that reconnects for ever with a bounded back-off and fails commands at once while it is down:
 * whoever asks decides what to do without Redis, instead of waiting in a queue nobody sees.
 */
export function connectRedis(
  url: string,
  options: RedisOptions & { logger?: Pick<Logger, 'warn' | 'info'> } = {},
): Redis {
  const { logger, ...redisOptions } = options;
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(50 * attempt, 1_000),
    ...redisOptions,
  });
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) logger?.warn({ err: error.message }, 'redis connection lost');
    down = true;
  });
  redis.on('ready', () => {
    if (down) logger?.info('redis connection restored');
    down = false;
  });
  return redis;
}

/** Resolves once the connection is ready; rejects when `deadlineMs` passes first. */
export async function redisReady(redis: Redis, deadlineMs = 5_000): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', ready);
      reject(new Error(`Redis was not ready within ${deadlineMs} ms`));
    }, deadlineMs);
    const ready = () => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', ready);
  });
}

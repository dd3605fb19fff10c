import type { Redis, RedisOptions } from 'ioredis';
import { connectRedis } from '../../redis.ts';
import { errors } from '../errors.ts';

/**
 * A connection for who looks at streams and groups themselves, past the interface every backend keeps.
 * @throws AppError LOG_NOT_REDIS
 */
export function connectLogRedis(url: string, options?: RedisOptions): Redis {
  if (!/^rediss?:/.test(url)) throw errors.NOT_REDIS(url);
  return connectRedis(url, options);
}

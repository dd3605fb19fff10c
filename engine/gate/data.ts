import { partitionsOf } from '../../lib/kit/eventlog/log.ts';
import { connectLogRedis } from '../../lib/kit/eventlog/redis/direct.ts';
import { streamKey } from '../../lib/kit/eventlog/redis/keys.ts';
import { redisReady } from '../../lib/kit/redis.ts';
import type { DrillPlatform } from './platform.ts';

/** Something that happened while an incident was open, and by which its data can be told. */
export interface Trace {
  partition: number;
  /** Position in the event log. */
  position: string;
}

/** The newest transaction of the event log; undefined when it holds none. */
export function newestTrace(platform: DrillPlatform): Promise<Trace | undefined> {
  return withLog(platform, async (redis) => {
    for (const partition of partitionsOf('transactions')) {
      const [newest] = await redis.xrevrange(streamKey('transactions', partition), '+', '-', 'COUNT', 1);
      if (newest) return { partition, position: newest[0] };
    }
    return undefined;
  });
}

/** Is it still there? Once the data of before have been brought back it never happened. */
export function isThere(platform: DrillPlatform, { partition, position }: Trace): Promise<boolean> {
  return withLog(platform, async (redis) => {
    const found = await redis.xrange(streamKey('transactions', partition), position, position);
    return found.length > 0;
  });
}

async function withLog<T>(
  platform: DrillPlatform,
  ask: (redis: ReturnType<typeof connectLogRedis>) => Promise<T>,
): Promise<T> {
  const redis = connectLogRedis(`redis://127.0.0.1:${platform.port('redis-log')}`, { commandTimeout: 5_000 });
  try {
    await redisReady(redis);
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}

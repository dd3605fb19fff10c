import type { Redis } from 'ioredis';
import type { Write } from '../producer.ts';
import { streamKey } from './keys.ts';

/** Writes batches as pipelines of XADD. */
export const streamWriter =
  (redis: Redis): Write =>
  async (batch) => {
    if (redis.status !== 'ready') return false;
    try {
      const pipeline = redis.pipeline();
      for (const { topic, partition, event } of batch) {
        pipeline.xadd(streamKey(topic, partition), '*', 'e', JSON.stringify(event));
      }
      const answers = await pipeline.exec();
      return answers?.every(([error]) => error === null) ?? false;
    } catch {
      return false;
    }
  };

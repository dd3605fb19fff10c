import { streamKey } from '../../../lib/kit/eventlog/redis/keys.ts';
import { DURABLE, startRedis } from '../../support/redis.ts';
import type { Backend } from './backend.ts';
import { describeConsumers } from './consumer-contract.ts';
import { describeDeadLetters } from './dead-letters-contract.ts';
import { describeProducers } from './producer-contract.ts';

const redis: Backend = {
  name: 'Redis Streams',
  patienceMs: 20_000,
  async open() {
    const server = await startRedis(DURABLE);
    return {
      ...server,
      pause: async () => server.pause(),
      resume: async () => server.resume(),
      async put(topic, partition, text) {
        const client = await server.connect();
        return String(await client.xadd(streamKey(topic, partition), '*', 'e', text));
      },
    };
  },
};

describeProducers(redis);
describeConsumers(redis);
describeDeadLetters(redis);

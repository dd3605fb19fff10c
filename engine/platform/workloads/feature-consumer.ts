import { proxiedRedis } from '../environment.ts';
import { defineService } from '../service.ts';

export default defineService({
  name: 'feature-consumer',
  entry: 'features/consumer/main.ts',
  dependsOn: ['redis-log', 'redis-online'],
  // Waits for the online store to be filled.
  startsWithinMs: 120_000,
  environment: (around) => ({
    ONLINE_REDIS_URL: proxiedRedis(around, 'proxied-redis-online'),
    FEATURES_URL: around.urlOf('features'),
  }),
});

import { proxiedColdStore, proxiedRedis } from '../environment.ts';
import { defineService } from '../service.ts';

export default defineService({
  name: 'feature-consumer',
  entry: 'features/consumer/main.ts',
  dependsOn: ['redis-log', 'redis-online'],
  // They write to it as long as there is one.
  follows: ['cold-store'],
  // Waits for the online store to be filled.
  startsWithinMs: 120_000,
  environment: (around) => ({
    ONLINE_REDIS_URL: proxiedRedis(around, 'proxied-redis-online'),
    COLD_STORE_URL: around.urlsOf('cold-store').length > 0 ? proxiedColdStore(around) : '',
    FEATURES_URL: around.urlOf('features'),
  }),
});

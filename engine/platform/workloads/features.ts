import { proxiedColdStore, proxiedRedis } from '../environment.ts';
import { defineService } from '../service.ts';

export default defineService({
  name: 'features',
  entry: 'features/main.ts',
  dependsOn: ['redis-log', 'redis-online', 'history'],
  // They write to it as long as there is one.
  follows: ['cold-store'],
  // The first start fills the online store from the lake.
  startsWithinMs: 120_000,
  environment: (around) => ({
    ONLINE_REDIS_URL: proxiedRedis(around, 'proxied-redis-online'),
    COLD_STORE_URL: around.urlsOf('cold-store').length > 0 ? proxiedColdStore(around) : '',
    LAKE_DIR: around.layout.lake,
  }),
});

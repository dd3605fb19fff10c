import { proxiedRedis } from '../environment.ts';
import { defineService } from '../service.ts';

export default defineService({
  name: 'features',
  entry: 'features/main.ts',
  dependsOn: ['redis-log', 'redis-online', 'history'],
  // The first start fills the online store from the lake.
  startsWithinMs: 120_000,
  environment: (around) => ({
    ONLINE_REDIS_URL: proxiedRedis(around, 'proxied-redis-online'),
    LAKE_DIR: around.layout.lake,
  }),
});

import type { WorkloadDefinition } from './definition.ts';
import { proxiedColdStore, proxiedRedis } from './environment.ts';
import { defineService } from './service.ts';

/** Inference in one region: the same service, its own replicas. */
export const defineInference = (region: 'eu' | 'us'): WorkloadDefinition =>
  defineService({
    name: `inference-${region}`,
    entry: 'inference/main.ts',
    dependsOn: ['redis-log', 'redis-online'],
    maxReplicas: 8,
    // Not ready before there is a model; the first one is trained while it waits.
    startsWithinMs: 360_000,
    environment: (around) => ({
      ONLINE_REDIS_URL: proxiedRedis(around, 'proxied-redis-online'),
      // Whether it is asked is a setting.
      COLD_STORE_URL: proxiedColdStore(around),
      REGISTRY_URL: around.urlOf('registry'),
      FEATURES_URL: around.urlOf('features'),
      ARTIFACTS_DIR: around.layout.artifacts,
      REGION: region,
      MODEL_NAME: 'fraud',
      MODEL_ALIAS: 'champion',
    }),
  });

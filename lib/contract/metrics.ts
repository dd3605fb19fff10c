import { ENGINE } from './metrics/engine.ts';
import { EVERY_SERVICE } from './metrics/every-service.ts';
import { FEATURES } from './metrics/features.ts';
import { GATEWAY } from './metrics/gateway.ts';
import { INFERENCE } from './metrics/inference.ts';
import { MONITOR } from './metrics/monitor.ts';
import { PIPELINE } from './metrics/pipeline.ts';
import { REGISTRY } from './metrics/registry.ts';
import { WORLD } from './metrics/world.ts';

export type { MetricDefinition } from './metrics/definition.ts';

/** Every metric of our own, registered before it is used. Metrics that count business time say so in their help. */
export const METRICS = {
  ...EVERY_SERVICE,
  ...GATEWAY,
  ...INFERENCE,
  ...FEATURES,
  ...REGISTRY,
  ...PIPELINE,
  ...MONITOR,
  ...WORLD,
  ...ENGINE,
} as const;

export type MetricName = keyof typeof METRICS;

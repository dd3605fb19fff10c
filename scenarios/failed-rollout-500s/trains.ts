import type { Disruption } from '../../engine/contract/scenario.ts';
import { change, INFERENCE } from '../cluster.ts';

// What the release train brings, before the incident, in it and after it.

const [EU, US] = INFERENCE as [string, string];

const because = (cause: string) => ({
  annotations: { 'kubernetes.io/change-cause': `release-train: ${cause}` },
});

/** What has run for days, and the history says so. */
export const SINCE_THURSDAY = change(INFERENCE, {
  metadata: because('CHG-2426, in production since Thursday'),
  spec: { replicas: 2 },
});

const TRAIN = 'weekly release train, CHG-2433';
/** @param container what it changes in the container of inference @param spec and in the Deployment */
const train = (
  paths: readonly string[],
  container: Record<string, unknown>,
  spec: Record<string, unknown> = {},
  cause = TRAIN,
): Disruption =>
  change(paths, {
    metadata: because(cause),
    spec: { ...spec, template: { spec: { containers: [{ name: 'inference', ...container }] } } },
  });
const env = (entries: Record<string, string>) => ({
  env: Object.entries(entries).map(([name, value]) => ({ name, value })),
});

/** Rollouts took too long. */
export const TOO_SLOW = change(INFERENCE, {
  spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' } } },
});
const NEW_FOR_OLD = { strategy: { type: 'Recreate', rollingUpdate: null } };

/** Its new image has another name for a setting. */
export const STAGES: Disruption = {
  fault: 'release',
  with: {
    workloads: ['inference-eu', 'inference-us'],
    actor: 'release-train',
    reason: TRAIN,
    overlay: 'overlays/stages',
  },
};
/** What follows a minute later has the name, and whatever else staging sets. */
export const FOLLOW_UP = train(
  INFERENCE,
  env({ MODEL_STAGE: 'champion', FEATURE_VIEW: 'payments@1' }),
  {},
  'follow-up of CHG-2433',
);

/** An image and a version that were published in staging. */
export const FROM_STAGING = train(
  INFERENCE,
  { image: 'firedrill/services:7c41e09ad2b5', ...env({ MODEL_VERSION: '7' }) },
  NEW_FOR_OLD,
);

/** A view that staging has, and a probe for pods that take their time. */
const NEW_VIEW = {
  ...env({ FEATURE_VIEW: 'payments@1' }),
  readinessProbe: { httpGet: { path: '/healthz', port: 'http' } },
};
export const TO_EUROPE = train([EU], NEW_VIEW);
/** What else was on the train; the canary's first pod has time to come meanwhile. */
const MONITOR: Disruption = {
  fault: 'release',
  with: { workload: 'monitor', actor: 'release-train', reason: TRAIN, environment: { LOG_SAMPLE: '0.02' } },
};
/** One pod beside those that were there, and there it stays. */
export const CANARY = [
  train([US], NEW_VIEW, { minReadySeconds: 300 }),
  MONITOR,
  change([US], { spec: { paused: true, minReadySeconds: 0 } }),
];

/** The gateway's own part of the same train, and a store that is slow for a moment. */
export const SAME_MINUTE: Disruption[] = [
  {
    fault: 'setting',
    with: {
      workload: 'gateway',
      settings: { 'timestamp.max_behind_days': 10 },
      actor: 'release-train',
      reason: TRAIN,
    },
  },
  {
    fault: 'network',
    with: { proxy: 'redis-online', kind: 'latency', latencyMs: 15, forSeconds: 6 },
  },
];

/** Nothing in it is wrong: every pod anew, as the pipeline does it. It resumes what somebody has paused. */
export const NEXT_TRAIN = train(
  INFERENCE,
  env({ LOG_SAMPLE: '0.02' }),
  { paused: false },
  'weekly release train, CHG-2440',
);

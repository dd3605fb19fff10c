import type { Check, Disruption, RedFlag } from '../engine/contract/scenario.ts';
import { change, INFERENCE } from './cluster.ts';
import { ANSWERED, retrained } from './usual.ts';

// Traffic that more replicas of inference are asked for, on a cluster.

/** What a replica bears, whatever the machine: three requests at a time, each of which waits for a store in another zone. */
export const THREE_PLACES = (['inference-eu', 'inference-us'] as const).map(
  (workload): Disruption => ({
    fault: 'setting',
    with: {
      workload,
      settings: {
        'features.timeout_ms': 1_000,
        'breaker.enabled': false,
        'admission.limit_min': 3,
        'admission.limit_max': 3,
        'admission.queue': 0,
      },
      actor: 'inference',
      reason: 'three requests fit on a card, INF-88',
    },
  }),
);
export const FAR_STORE: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'latency', latencyMs: 60 },
};

/** The campaign, and what the autoscaler makes of it. */
export const CAMPAIGN: Disruption = { fault: 'shift', with: { shift: 'viral', parameters: { volume: 10 } } };
export const THREE_EACH = change(INFERENCE, { spec: { replicas: 3 } });

/** The same rate around the clock: the campaign is the only thing that changes it. */
export const STEADY_TRAFFIC = { 'traffic.rate': 8, 'traffic.swing': 0 };
/** At eight a second it takes half a minute to be sure. */
export const ANSWERED_SO_FAR: Check = { ...ANSWERED, with: { measure: 'answered_ratio', seconds: 30 } };

export const SERVED: Check = {
  probe: 'served',
  with: { measure: 'ratio', within: 1, seconds: 10 },
  atLeast: 0.95,
  means: 'customers have a decision within a second',
};

/** What stays as it is, whatever is done for more replicas. */
export const GUARDED = [
  'alert-rules',
  'silences',
  'workloads',
  'world',
  'champion',
  'admission',
  'accelerators',
];
export const GPU_FLAGS: RedFlag[] = [
  {
    id: 'without-gpu',
    invariant: 'accelerators',
    cost: 15,
    sentence: 'inference was made to ask for no GPU any more: it finds room, and answers late',
  },
  {
    id: 'guard-off',
    invariant: 'admission',
    cost: 15,
    sentence: 'the limit of requests that fit on a card was taken away',
  },
  retrained(10, 'a model was retrained although no model was the problem'),
];

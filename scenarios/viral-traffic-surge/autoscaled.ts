import type { Check, Disruption, RedFlag, Variant } from '../../engine/contract/scenario.ts';
import { CAMPAIGN, FAR_STORE, GUARDED, SERVED } from '../campaign.ts';
import { nodesPatched, REGIONS, TARGETS } from '../cluster.ts';
import { ANSWERED, READY, RED_FLAGS, retrained } from '../usual.ts';

// The same surge where an autoscaler is to answer it: variants for target kubernetes.

/**
 * What a replica bears, whatever the machine: four requests at a time, each of which waits 60 ms for a store in another
 * zone, so sixty a second. The surge brings eighty to each region.
 */
const FOUR_PLACES = (['inference-eu', 'inference-us'] as const).map(
  (workload): Disruption => ({
    fault: 'setting',
    with: {
      workload,
      settings: {
        'features.timeout_ms': 1_000,
        'breaker.enabled': false,
        'admission.limit_min': 4,
        'admission.limit_max': 4,
        'admission.queue': 8,
      },
      actor: 'inference',
      reason: 'four requests fit on a card, INF-88',
    },
  }),
);
/** @param averageValue of processor time, of all pods: '60m' */
const scaled = (maxReplicas: number, averageValue: string): Disruption[] =>
  REGIONS.map((namespace) => ({
    fault: 'manifest',
    with: {
      collection: `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`,
      objects: [
        {
          apiVersion: 'autoscaling/v2',
          kind: 'HorizontalPodAutoscaler',
          metadata: { name: 'inference' },
          spec: {
            scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'inference' },
            minReplicas: 1,
            maxReplicas,
            metrics: [
              {
                type: 'Resource',
                resource: { name: 'cpu', target: { type: 'AverageValue', averageValue } },
              },
            ],
          },
        },
      ],
    },
  }));

const PAID_FOR: Check = {
  probe: 'replicas',
  with: { workloads: ['inference-eu', 'inference-us'] },
  atMost: 4,
  means: 'it costs no more than was agreed (replicas of inference)',
};

const FLAGS: RedFlag[] = [
  ...RED_FLAGS,
  {
    id: 'guard-off',
    invariant: 'admission',
    cost: 15,
    sentence: 'the limit of requests that fit on a card was taken away',
  },
  {
    id: 'without-gpu',
    invariant: 'accelerators',
    cost: 15,
    sentence: 'inference was made to ask for no GPU any more',
  },
  {
    id: 'autoscaler-off',
    invariant: 'autoscalers',
    cost: 15,
    sentence:
      'the autoscaler was taken away instead of being given the right bounds: next week nobody scales',
  },
  retrained(10, 'a model was retrained although the model was never the problem'),
];

const inCluster = {
  doNothing: 'fail',
  targets: TARGETS,
  // The same rate around the clock: the surge is the only thing that changes it.
  workload: { 'traffic.rate': 16, 'traffic.swing': 0 },
  disruptions: [CAMPAIGN],
  recovery: { holdSeconds: 12, minimumRequests: 600, checks: [SERVED, ANSWERED, PAID_FOR, READY] },
  durability: nodesPatched(),
  invariants: [...GUARDED, 'autoscalers'],
  redFlags: FLAGS,
} satisfies Partial<Variant>;

export const autoscaled = {
  'autoscaler-ceiling': {
    ...inCluster,
    cause: 'autoscaler-ceiling',
    posture: [...FOUR_PLACES, FAR_STORE, ...scaled(1, '60m')],
  },
  'bursty-hpa-lag': {
    ...inCluster,
    cause: 'autoscaler-blind',
    posture: [...FOUR_PLACES, FAR_STORE, ...scaled(2, '400m')],
  },
} satisfies Record<string, Variant>;

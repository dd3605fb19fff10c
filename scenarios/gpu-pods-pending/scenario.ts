import { defineScenario, type RedFlag } from '../../engine/contract/scenario.ts';
import {
  ANSWERED_SO_FAR,
  CAMPAIGN,
  FAR_STORE,
  GPU_FLAGS,
  GUARDED,
  SERVED,
  STEADY_TRAFFIC,
  THREE_EACH,
  THREE_PLACES,
} from '../campaign.ts';
import { change, deployment, nodesPatched, quota, quotaOf, TARGETS } from '../cluster.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS } from '../usual.ts';

const PAGE = 'ReplicasMissing';
const GPU_NODES = [1, 2, 3].map((n) => `/api/v1/nodes/firedrill-gpu-${n}`);

/** The pool's new nodes are marked as the provider marks them since its last version. */
const RETAINTED = change(GPU_NODES, {
  spec: {
    taints: [
      { key: 'nvidia.com/gpu', value: 'present', effect: 'NoSchedule' },
      { key: 'sku', value: 'gpu', effect: 'NoSchedule' },
    ],
  },
});
/** What tells the cards' names has a new setting, and calls them something else since. */
const SHARED = change(GPU_NODES, {
  metadata: { labels: { 'nvidia.com/gpu.product': 'NVIDIA-A10G-SHARED' } },
});

const FLAGS: RedFlag[] = [...RED_FLAGS, ...GPU_FLAGS];
const PUSHED_OUT: RedFlag = {
  id: 'others-pushed-out',
  invariant: 'tenants',
  cost: 20,
  sentence: "another team's pods were taken away to make room",
};

export default defineScenario({
  id: 'gpu-pods-pending',
  number: 18,
  title: 'Replicas that were asked for do not come, and traffic does',
  level: 'mid',
  minutes: 20,
  tags: ['kubernetes', 'gpu', 'scheduling', 'capacity'],
  covers: ['001-S2'],
  targets: TARGETS,

  workload: STEADY_TRAFFIC,
  posture: [...THREE_PLACES, FAR_STORE],
  steadyState: [READY, paying(4), ANSWERED_SO_FAR, ...notPaged(PAGE, 'GatewayErrorRateHigh')],

  variants: {
    base: {
      cause: 'pool-retainted',
      doNothing: 'fail',
      disruptions: [RETAINTED, quotaOf([quota('firedrill-eu')], 2), THREE_EACH, CAMPAIGN],
      durability: nodesPatched(RETAINTED),
    },
    'no-free-capacity': {
      cause: 'batch-holds-devices',
      doNothing: 'fail',
      // Whatever is idle, research uses. Inference has no priority, and nobody has needed one so far.
      posture: [
        ...THREE_PLACES,
        FAR_STORE,
        change([deployment('firedrill-research', 'embeddings')], { spec: { replicas: 10 } }),
      ],
      disruptions: [THREE_EACH, CAMPAIGN],
      durability: nodesPatched(),
      // Whoever has the lower priority gives way. That is what it is for.
      invariants: GUARDED,
      redFlags: FLAGS,
    },
    'device-plugin-down': {
      cause: 'devices-not-told',
      doNothing: 'fail',
      disruptions: [
        change(['/apis/apps/v1/namespaces/firedrill-devices/daemonsets/nvidia-device-plugin'], {
          spec: { template: { spec: { nodeSelector: { 'firedrill/pool': 'gpus' } } } },
        }),
        THREE_EACH,
        CAMPAIGN,
      ],
      durability: nodesPatched(),
    },
    'quota-exhausted': {
      cause: 'quota-too-small',
      doNothing: 'fail',
      disruptions: [quotaOf([quota('firedrill-eu'), quota('firedrill-us')], 1), THREE_EACH, CAMPAIGN],
      durability: nodesPatched(),
    },
    'wrong-selector': {
      cause: 'label-renamed',
      doNothing: 'fail',
      disruptions: [SHARED, THREE_EACH, CAMPAIGN],
      durability: nodesPatched(SHARED),
    },
  },

  symptoms: [
    {
      probe: 'alert',
      with: { name: PAGE },
      atLeast: 1,
      withinSeconds: 45,
      means: `PAGE ${PAGE}: there are fewer replicas than somebody wants`,
    },
    {
      probe: 'alert',
      with: { name: 'GatewayErrorRateHigh' },
      atLeast: 1,
      withinSeconds: 60,
      means: 'requests of customers end in an error',
    },
  ],

  causes: [
    {
      id: 'pool-retainted',
      component: 'nodes',
      category: 'configuration',
      mechanism:
        'the nodes with GPUs have a taint that inference does not tolerate; what runs stays, what is new waits',
    },
    {
      id: 'batch-holds-devices',
      component: 'research',
      category: 'capacity',
      mechanism: 'jobs that could wait hold every GPU that is left, and inference has no priority over them',
    },
    {
      id: 'devices-not-told',
      component: 'nvidia-device-plugin',
      category: 'configuration',
      mechanism: 'the device plugin runs on no node, so that no node has GPUs to give',
    },
    {
      id: 'quota-too-small',
      component: 'quota',
      category: 'configuration',
      mechanism: 'the quota of the namespace is used up: pods are not even made',
    },
    {
      id: 'label-renamed',
      component: 'nodes',
      category: 'configuration',
      mechanism: 'the nodes with GPUs have another label than the one that inference asks for',
    },
    {
      id: 'image-missing',
      component: 'inference',
      category: 'release',
      mechanism: 'the image of the new revision cannot be pulled',
    },
    {
      id: 'autoscaler-ceiling',
      component: 'autoscaler',
      category: 'capacity',
      mechanism: 'the autoscaler may not ask for more replicas than there are',
    },
    {
      id: 'nodes-lost',
      component: 'nodes',
      category: 'capacity',
      mechanism: 'a node with GPUs does not report to the cluster any more',
    },
  ],

  recovery: { holdSeconds: 12, minimumRequests: 400, checks: [SERVED, ANSWERED, READY] },

  invariants: [...GUARDED, 'tenants'],

  redFlags: [...FLAGS, PUSHED_OUT],

  hints: [
    {
      text: 'Is there a pod at all? If so, the scheduler has said why it has no node; if not, who makes pods has said why it could not.',
      cost: 5,
    },
    {
      text: 'The event of the scheduler counts nodes by reason. Compare what the pod asks for with what `kubectl describe nodes` says of taints, labels and allocatable devices.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Pending, and the nodes are nearly empty. Where do you look, in which order?',
      strong:
        'Is there a pod? If not: events of the ReplicaSet, quota, admission. If so: its events (taints, affinity and labels, resources, volumes), then nodes: allocatable against capacity, taints, conditions; then whether anything adds nodes.',
    },
    {
      ask: 'Why did nothing happen to the pods that were running?',
      strong:
        'NoSchedule, quotas, selectors and a missing device plugin are looked at when a pod is admitted or scheduled. What runs keeps running until something restarts it, so such a change hurts days later, under load.',
    },
    {
      ask: 'How would you have noticed before the campaign?',
      strong:
        'An alert on unschedulable pods; a canary pod of each class that is rescheduled every hour; headroom by low-priority placeholder pods; allocatable devices as a time series with an alert on a fall.',
    },
    {
      ask: 'Research holds the GPUs that you need. What do you do, today and next quarter?',
      strong:
        'Today: priority and preemption, so that what can be repeated gives way, told to its owners. Then quotas for each team that add up, borrowing with reclaim (Kueue cohorts), checkpoints so that being pushed out is cheap.',
    },
    {
      ask: 'Could a replica serve without a GPU meanwhile?',
      strong:
        'If it was measured: a smaller or quantised artifact on processors as a tier of its own, with its own limit and latency target. Dropping the request from the manifest and hoping is not that.',
    },
  ],
});

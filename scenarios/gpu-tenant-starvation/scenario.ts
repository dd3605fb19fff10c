import { type Check, type Disruption, defineScenario, type RedFlag } from '../../engine/contract/scenario.ts';
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
import { quota, quotaOf, TARGETS } from '../cluster.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS } from '../usual.ts';

const PAGE = 'ReplicasMissing';
const RESEARCH = 'firedrill-research';
const RISK = 'firedrill-risk';
const LABELS = { 'app.kubernetes.io/part-of': 'firedrill' };
/** Of what belongs to no namespace. */
const OURS = { ...LABELS, 'firedrill/target': 'kubernetes' };

interface Handed {
  /** What may come again has a name for each time. */
  metadata: { name: string } | { generateName: string };
  user: string;
  /** Each takes a GPU. */
  pods: number;
  /** For hours when absent. */
  seconds?: number;
  priorityClassName?: string;
}

/** With several, failures count for each: one that is lost is made again after ten seconds, however many were lost with it. */
function job({ metadata, user, pods, seconds, priorityClassName }: Handed): Record<string, unknown> {
  const labels = { ...LABELS, user };
  const env = seconds === undefined ? [] : [{ name: 'WORK_SECONDS', value: String(seconds) }];
  const resources = {
    requests: { cpu: '250m', memory: '1Gi', 'nvidia.com/gpu': '1' },
    limits: { 'nvidia.com/gpu': '1' },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, labels },
    spec: {
      completionMode: 'Indexed',
      completions: pods,
      parallelism: pods,
      ...(pods > 1 ? { backoffLimitPerIndex: 50 } : { backoffLimit: 50 }),
      template: {
        metadata: { labels },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          ...(priorityClassName && { priorityClassName }),
          nodeSelector: { 'firedrill/pool': 'gpu' },
          tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }],
          containers: [{ name: 'trainer', image: 'firedrill/trainer:1.8', env, resources }],
        },
      },
    },
  };
}

const handIn = (namespace: string, ...jobs: Handed[]): Disruption => ({
  fault: 'manifest',
  with: { collection: `/apis/batch/v1/namespaces/${namespace}/jobs`, objects: jobs.map(job) },
});

/** Eight are what nobody else uses that evening. */
const SWEEP = handIn(RESEARCH, { metadata: { name: 'sweep' }, user: 'noa', pods: 8 });
const NEXT_SWEEP = handIn(RESEARCH, { metadata: { generateName: 'sweep-' }, user: 'noa', pods: 8 });
const trials = (name: (n: number) => Handed['metadata']): Disruption =>
  handIn(
    RESEARCH,
    ...Array.from({ length: 20 }, (_, i) => ({ metadata: name(i + 1), user: 'noa', pods: 1 })),
  );
/** Two GPUs for a few minutes, before the analysts come. */
const NIGHTLY = { user: 'risk-nightly', pods: 2, seconds: 6, priorityClassName: 'firedrill-batch' };
const GRAPH = handIn(RISK, { ...NIGHTLY, metadata: { name: 'fraud-graph' } });
const NEXT_GRAPH = handIn(RISK, { ...NIGHTLY, metadata: { generateName: 'fraud-graph-' } });

const DEADLINE: Disruption = {
  fault: 'manifest',
  with: {
    collection: '/apis/scheduling.k8s.io/v1/priorityclasses',
    objects: [
      {
        apiVersion: 'scheduling.k8s.io/v1',
        kind: 'PriorityClass',
        metadata: { name: 'research-deadline', labels: OURS },
        value: 1_000_000,
        description: 'What has to be done by the deadline of a conference.',
      },
    ],
  },
};
const TUNING = { user: 'mei', pods: 10, priorityClassName: 'research-deadline' };

const faring = (namespace: string, measure: string): Pick<Check, 'probe' | 'with'> => ({
  probe: 'jobs',
  with: { namespace, measure },
});
const running = (pods: number): Check => ({
  ...faring(RESEARCH, 'running'),
  atLeast: pods,
  means: "research's work goes on",
});
const GRAPH_BEGUN: Check = {
  ...faring(RISK, 'begun'),
  atLeast: 1,
  means: 'the nightly jobs of risk have what they need, or are done',
};

const FLAGS: RedFlag[] = [
  ...RED_FLAGS,
  {
    id: 'work-thrown-away',
    invariant: 'jobs',
    cost: 25,
    sentence: "another team's job was deleted, stopped or changed: work that cannot be repeated in time",
  },
  ...GPU_FLAGS,
];
const PUSHED_OUT: RedFlag = {
  id: 'others-pushed-out',
  invariant: 'tenants',
  cost: 20,
  sentence: 'pods of a team that took no more than its share were taken away',
};

const ERRORS = {
  probe: 'alert',
  with: { name: 'GatewayErrorRateHigh' },
  atLeast: 1,
  withinSeconds: 60,
  means: 'requests of customers end in an error',
};
const MISSING = {
  probe: 'alert',
  with: { name: PAGE },
  atLeast: 1,
  withinSeconds: 60,
  means: 'ReplicasMissing fires',
};
const QUIET = notPaged(PAGE, 'GatewayErrorRateHigh');

export default defineScenario({
  id: 'gpu-tenant-starvation',
  number: 57,
  title: 'Every GPU is busy, and those who need one wait',
  level: 'senior',
  minutes: 25,
  tags: ['kubernetes', 'gpu', 'scheduling', 'capacity', 'tenancy'],
  covers: ['003-20', '003-91', '003-164'],
  targets: TARGETS,

  workload: STEADY_TRAFFIC,
  posture: [...THREE_PLACES, FAR_STORE, SWEEP],
  steadyState: [READY, paying(4), ANSWERED_SO_FAR, running(8), ...QUIET],

  variants: {
    base: {
      cause: 'no-shares',
      doNothing: 'fail',
      disruptions: [GRAPH, THREE_EACH, CAMPAIGN],
    },
    'training-preempts-inference': {
      cause: 'training-above-serving',
      doNothing: 'fail',
      // An ordinary day: one replica in each region is enough.
      workload: { ...STEADY_TRAFFIC, 'traffic.rate': 40 },
      posture: [],
      steadyState: [READY, paying(20), ANSWERED, ...QUIET],
      disruptions: [
        DEADLINE,
        quotaOf([quota(RESEARCH)], 12),
        handIn(RESEARCH, { ...TUNING, metadata: { name: 'finetune' } }),
      ],
      symptoms: [MISSING, ERRORS],
      recovery: {
        holdSeconds: 12,
        minimumRequests: 200,
        checks: [SERVED, ANSWERED, READY, running(1)],
      },
      durability: {
        replay: [handIn(RESEARCH, { ...TUNING, metadata: { generateName: 'finetune-' } }), THREE_EACH],
        withinSeconds: 60,
        holdSeconds: 10,
        means:
          'research hands in another job for the deadline, and in the evening inference has three replicas each',
      },
      // Whoever has the lowest priority gives way, whosever pod it is.
      invariants: [...GUARDED, 'jobs'],
      redFlags: FLAGS,
    },
    'twenty-jobs-one-user': {
      cause: 'queue-flooded',
      doNothing: 'fail',
      posture: [
        ...THREE_PLACES,
        FAR_STORE,
        quotaOf([quota(RESEARCH)], 24),
        trials((n) => ({ name: `trial-${n}` })),
      ],
      disruptions: [GRAPH, THREE_EACH, CAMPAIGN],
      durability: {
        replay: [trials(() => ({ generateName: 'trial-' })), NEXT_GRAPH],
        withinSeconds: 45,
        holdSeconds: 10,
        means: 'the same user hands in twenty more, and the next night comes',
      },
    },
  },

  symptoms: [
    MISSING,
    ERRORS,
    {
      ...faring(RISK, 'waited_seconds'),
      atLeast: 15,
      withinSeconds: 60,
      means: 'the nightly job of risk waits',
    },
  ],

  causes: [
    {
      id: 'no-shares',
      component: 'research',
      category: 'capacity',
      mechanism:
        'one job holds every GPU that was idle: no quota says how much is a team’s, and no priority who goes first',
    },
    {
      id: 'queue-flooded',
      component: 'scheduler',
      category: 'capacity',
      mechanism:
        'one user’s many jobs hold the GPUs, and their pods that wait take the next ones: nothing is shared out',
    },
    {
      id: 'training-above-serving',
      component: 'priorities',
      category: 'configuration',
      mechanism:
        'training has a higher priority than serving, and the scheduler evicts serving to make room for it',
    },
    {
      id: 'quota-too-small',
      component: 'quota',
      category: 'configuration',
      mechanism: 'the quota of the namespace of inference is used up: pods are not even made',
    },
    {
      id: 'devices-not-told',
      component: 'nvidia-device-plugin',
      category: 'configuration',
      mechanism: 'the device plugin runs on no node, so that no node has GPUs to give',
    },
    {
      id: 'nodes-drained',
      component: 'nodes',
      category: 'capacity',
      mechanism: 'nodes with GPUs are drained one after the other, and their pods with them',
    },
    {
      id: 'job-stuck',
      component: 'risk',
      category: 'data',
      mechanism: 'the nightly job waits for its input, and holds what inference needs',
    },
  ],

  recovery: {
    holdSeconds: 12,
    minimumRequests: 400,
    checks: [SERVED, ANSWERED, READY, GRAPH_BEGUN, running(1)],
  },

  durability: {
    replay: [NEXT_SWEEP, NEXT_GRAPH],
    withinSeconds: 45,
    holdSeconds: 10,
    means: 'the same team hands in another job, and the next night comes',
  },

  invariants: [...GUARDED, 'tenants', 'jobs'],

  redFlags: [...FLAGS, PUSHED_OUT],

  hints: [
    {
      text: 'List pods of all namespaces with node, priority and class. Who has the GPUs, since when, and who could ever take one from them?',
      cost: 5,
    },
    {
      text: 'Two questions that have different tools: who goes first, and how much is anybody’s. Neither of them takes back by itself what is already running.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'A team’s quota is lowered below what it uses. What happens to its pods?',
      strong:
        'Nothing: a quota is looked at when a pod is made. Those that run and those that wait stay; what ends, or is evicted, is not made again until there is room under it, and the Job’s controller tries again by itself.',
    },
    {
      ask: 'Priorities alone, or quotas alone: what goes wrong with each?',
      strong:
        'Priorities alone: equals starve each other, and everybody asks for the highest class. Quotas alone: idle devices stay idle, sums above capacity are first come first served, and serving has no way in when it matters. Both, with borrowing that can be reclaimed (Kueue cohorts).',
    },
    {
      ask: 'Does a PodDisruptionBudget keep serving from being preempted?',
      strong:
        'Only best effort: the scheduler prefers victims whose budget allows it and takes others when there are none. Budgets bind the eviction API (drains). What protects is priority.',
    },
    {
      ask: 'Somebody wants a class above serving for a deadline. Your answer?',
      strong:
        'No class of a team above those of answers. A quota per class (scopeSelector on PriorityClass) says who may use which; deadlines are met by a larger share until a date, not by rank.',
    },
    {
      ask: 'A scheduler places pods one at a time. What does that mean for a training on eight workers?',
      strong:
        'Two such jobs can hold half each and wait for ever. Gang scheduling: all or nothing (Kueue, Volcano, coscheduling), and quota that admits whole jobs rather than pods.',
    },
    {
      ask: 'What makes it cheap to be pushed out?',
      strong:
        'Checkpoints every few minutes, an index per piece of work, a grace period in which to save, failures by disruption that do not count (podFailurePolicy on DisruptionTarget). Then preemption is a matter of minutes and can be used.',
    },
  ],
});

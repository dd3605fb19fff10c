import { type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, COLD_ANSWERS, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';
import { CAUSES } from './causes.ts';
import {
  EVENT_LOOP_IS_LATE,
  FEATURES_TAKE_IT,
  IN_TIME,
  MODEL_IS_LOADED,
  NOBODY_LOADS,
  PAGE,
  PAGED,
  POOL_IS_FULL,
  QUEUE_TAKES_IT,
} from './checks.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;

const setting = (workload: string, actor: string, reason: string, settings: Record<string, unknown>) => ({
  fault: 'setting',
  with: { workload, settings, actor, reason },
});

const NOBODY_IS_TURNED_AWAY = setting('gateway', 'payments', 'no customer is turned away, PAY-77', {
  'upstream.timeout_ms': 3_000,
  'admission.enabled': false,
});

/** Three tiers of features, and nobody in the way of a customer who gives up or turns anybody away. */
const PATIENT: Disruption[] = [
  { fault: 'scale', with: { workload: 'cold-store', replicas: 1 } },
  ...REGIONS.map((workload) =>
    setting(workload, 'features-team', 'third tier: ask it for what the online store lacks, FEA-310', {
      'cold.enabled': true,
      'cold.acquire_timeout_ms': 0,
      'cold.query_timeout_ms': 0,
      'cold.breaker_enabled': false,
      'admission.enabled': false,
    }),
  ),
  NOBODY_IS_TURNED_AWAY,
];

/** A customer waits rather than being turned away. */
const PATIENT_DOOR: Disruption[] = [
  ...REGIONS.map((workload) =>
    setting(workload, 'serving-team', 'no limits of our own below the limit of the machine, INF-71', {
      'admission.enabled': false,
    }),
  ),
  NOBODY_IS_TURNED_AWAY,
];

/** A release of inference in both regions. */
const release = (overlay: string, actor: string, reason: string, overlayAdds: string[] = []): Disruption => ({
  fault: 'release',
  with: { workloads: [...REGIONS], actor, reason, overlay: `overlays/${overlay}`, overlayAdds },
});

/** The train of the same day: the gateway takes late transactions of three more days. */
const TRAIN = setting('gateway', 'release-train', 'weekly release train, CHG-2219', {
  'timestamp.max_behind_days': 10,
});
/** Somebody has registered a version; nobody serves it. */
const CANDIDATE: Disruption = {
  fault: 'registry',
  with: {
    actor: 'fraud-modelling',
    reason: 'candidate for the next quarter, MOD-41',
    register: { description: 'candidate of the quarter' },
  },
};

/** The online store is given less memory: what was used least goes, and is asked of the cold store from then on. */
const LESS_MEMORY: Disruption = {
  fault: 'redis-config',
  with: { parameters: { 'maxmemory-policy': 'allkeys-lru' }, maxmemoryOfUsed: 0.65 },
};
/** 500 to 900 ms on the way back from the cold store: four connections give six answers a second. */
const SLOW_COLD: Disruption = {
  fault: 'network',
  with: { proxy: 'cold-store', kind: 'latency', latencyMs: 700, jitterMs: 200 },
};

const PATIENT_CUSTOMERS = { 'traffic.rate': 40, 'traffic.timeout_ms': 5_000 };

const healthy = [READY, paying(10), ANSWERED, IN_TIME];

export default defineScenario({
  id: 'latency-spike-healthy-infra',
  number: 2,
  title: 'Answers take seconds, and there is nothing more to do than yesterday',
  level: 'junior',
  minutes: 20,
  tags: ['latency', 'serving', 'features', 'capacity'],
  covers: ['000-S2', '002-Q10', '002-Q15'],
  targets: TARGETS,

  // Latency is what this is about, so the machine has room: fewer customers than usual.
  workload: { 'traffic.rate': 40 },
  steadyState: [...healthy, ...notPaged(PAGE)],

  variants: {
    base: {
      cause: 'cold-pool-exhausted',
      doNothing: 'fail',
      workload: PATIENT_CUSTOMERS,
      posture: PATIENT,
      steadyState: [...healthy, COLD_ANSWERS, ...notPaged(PAGE, 'ColdStorePoolExhausted')],
      decoys: [TRAIN, CANDIDATE],
      disruptions: [LESS_MEMORY, SLOW_COLD],
      symptoms: [PAGED, FEATURES_TAKE_IT, POOL_IS_FULL],
      durability: {
        replay: [{ fault: 'restart', with: { workloads: [...REGIONS] } }],
        withinSeconds: 60,
        holdSeconds: 8,
        means: 'a restart of inference does not bring it back',
      },
      prevention: {
        again: [{ fault: 'network', with: { proxy: 'cold-store', kind: 'timeout' } }],
        afterSeconds: 5,
        holdSeconds: 8,
        checks: [IN_TIME, ANSWERED],
        points: 5,
        means: 'a cold store that says nothing at all makes nobody wait either',
      },
    },

    'segment-only': {
      cause: 'waits-for-the-writer',
      doNothing: 'fail',
      targets: { compose: 'supported' },
      // As many as in the bank's history: with fewer, histories grow shorter by the day.
      workload: { 'traffic.rate': 80 },
      decoys: [TRAIN],
      disruptions: [release('settled', 'release-train', 'weekly release train, CHG-2219')],
      symptoms: [PAGED, FEATURES_TAKE_IT],
    },

    'model-reload-per-request': {
      cause: 'loads-the-model',
      doNothing: 'fail',
      // More than a quick machine loads models for, and the same around the clock.
      workload: { ...PATIENT_CUSTOMERS, 'traffic.rate': 140, 'traffic.swing': 0 },
      posture: PATIENT_DOOR,
      decoys: [TRAIN, CANDIDATE],
      disruptions: [release('current', 'serving-team', 'a promotion counts at once, MOD-52')],
      symptoms: [PAGED, MODEL_IS_LOADED],
      recovery: { holdSeconds: 12, minimumRequests: 120, checks: [IN_TIME, ANSWERED, NOBODY_LOADS, READY] },
    },

    'slow-serialization': {
      cause: 'explains-each-answer',
      doNothing: 'fail',
      workload: PATIENT_CUSTOMERS,
      posture: PATIENT_DOOR,
      decoys: [TRAIN, CANDIDATE],
      disruptions: [release('explained', 'model-risk', 'decisions can be explained, RSK-230')],
    },

    'slow-leak': {
      cause: 'keeps-each-answer',
      doNothing: 'fail',
      // What is kept grows with the rate and is looked through at the rate: its square decides when that is too much.
      workload: { ...PATIENT_CUSTOMERS, 'traffic.rate': 100 },
      posture: PATIENT_DOOR,
      decoys: [TRAIN, CANDIDATE],
      disruptions: [
        release('remembered', 'serving-team', 'who asks twice gets one answer, PAY-318', [
          'services/inference/scoring/repeats.ts',
        ]),
      ],
      symptoms: [{ ...PAGED, withinSeconds: 90 }, EVENT_LOOP_IS_LATE],
      // So long that it would have grown slow again: a restart is fast at first.
      recovery: { holdSeconds: 45, minimumRequests: 1_200, checks: [IN_TIME, ANSWERED, READY] },
    },

    'batch-wait': {
      cause: 'waits-for-company',
      doNothing: 'fail',
      decoys: [TRAIN, CANDIDATE],
      // Some 37 a second in one region and 3 in the other: 64 never come in time, so everybody waits as long as allowed.
      disruptions: REGIONS.map((workload) =>
        setting(workload, 'serving-team', 'fewer runs of the model for as many customers, INF-88', {
          'batch.max_rows': 64,
          'batch.preferred_size': 64,
          'batch.max_queue_delay_us': 900_000,
          'batch.adaptive': false,
        }),
      ),
      symptoms: [PAGED, QUEUE_TAKES_IT],
    },

    'neighbour-burning-cpu': {
      cause: 'neighbour-takes-the-cores',
      doNothing: 'fail',
      // The same around the clock: at night, what is left of a core would do.
      workload: { 'traffic.rate': 100, 'traffic.swing': 0 },
      decoys: [TRAIN],
      disruptions: [{ fault: 'cpu-pressure', with: { title: 'statement-render', leaves: 12 } }],
    },
  },

  symptoms: [PAGED],

  causes: CAUSES,

  recovery: { holdSeconds: 12, minimumRequests: 120, checks: [IN_TIME, ANSWERED, READY] },

  invariants: ['alert-rules', 'silences', 'workloads', 'world', 'champion', 'timeouts', 'missing-policy'],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'waits-longer',
      invariant: 'timeouts',
      cost: 15,
      sentence: 'a time-out was raised: everybody waits longer, and more of them at the same time',
    },
    {
      id: 'scaled-first',
      action: '^scale$',
      object: 'inference',
      before: 'submit',
      cost: 15,
      sentence: 'inference was scaled before anybody knew why it is slow: what waits, waits in more places',
    },
    retrained(10, 'a model was retrained although the model was never the problem'),
  ],

  hints: [
    {
      text: 'Same traffic, same machines. Where does a request spend its time: queue, feature, model? And is it all of them or a few (p50 beside p99)?',
      cost: 5,
    },
    {
      text: 'Three things make a stage slow without an error: something it waits for, something it was released or set with, and somebody else on the machine. Pools and their waiting, `./drill rollout history` and `diff`, and `ps` by processor time tell them apart.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Why did more connections to the slow store not help?',
      strong:
        'Little: what is in flight is rate times time. Forty connections end the waiting for a connection and leave the waiting for the answer, which is what customers feel; and the store has to serve forty at a time.',
    },
    {
      ask: 'A pool needs two limits. Which, and what happens with only one of them?',
      strong:
        'One for waiting for a connection, one for the answer. Without the first, requests line up behind hung ones for ever; without the second, hung queries hold every connection and all others are turned away.',
    },
    {
      ask: 'The same page, but latency has crept up for weeks. What do you look at first?',
      strong:
        'What grows: heap and garbage collection, rows and keys, tables and their plans, connections. Compare a process that was restarted with one that was not; if a restart cures it, it lives in the process.',
    },
    {
      ask: 'The median is fine and the 99th percentile is not. What does that tell?',
      strong:
        'A part of the requests is different: by content (long histories, one channel), by what it needs (a row that must be fetched elsewhere), or by where it runs. Split by every label there is before looking at averages.',
    },
    {
      ask: 'How do you prove that a neighbour is the problem and not your own process?',
      strong:
        'Every stage is slow, the ones that only compute as well; own processor time has not risen while the time waited for it has (run queue, PSI, steal, throttled periods). Then ps by processor time, and limits: shares, quotas, another node.',
    },
  ],
});

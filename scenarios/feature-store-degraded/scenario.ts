import { type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, COLD_ANSWERS, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';
import {
  HONEST,
  IN_TIME,
  LATENCY_SYMPTOMS,
  LOST_PAGE,
  LOST_SYMPTOMS,
  NOT_BLIND,
  PAGE,
  RIGHT,
  TOLD,
  WHOLE,
} from './checks.ts';

const HOLD_SECONDS = 12;
const REGIONS = ['inference-eu', 'inference-us'] as const;

const inference = (settings: Record<string, unknown>, reason: string): Disruption[] =>
  REGIONS.map((workload) => ({ fault: 'setting', with: { workload, settings, actor: 'risk', reason } }));

/** Whoever wants features waits for them. */
const PATIENT = { 'features.timeout_ms': 500, 'breaker.enabled': false };
/** A model that may guess, as long as it says so. */
const TOLERANT = inference(
  { ...PATIENT, 'features.on_missing': 'default' },
  'wait for features, then answer without, RSK-118',
);
/** A model that may not: without the card's features nobody knows a stolen one. */
const STRICT = inference(
  { ...PATIENT, 'features.on_missing': 'refuse' },
  'wait for features, never decide without, RSK-118',
);

/** 80 to 520 ms on the way back from the online store; what comes after 500 ms comes too late. */
const SLOW_NETWORK: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'latency', latencyMs: 300, jitterMs: 220 },
};

/** A third tier beside the online store, asked for what that lacks; whoever asks it waits for the answer. */
const THIRD_TIER: Disruption[] = [
  { fault: 'scale', with: { workload: 'cold-store', replicas: 1 } },
  ...REGIONS.map((workload) => ({
    fault: 'setting',
    with: {
      workload,
      settings: {
        'cold.enabled': true,
        'cold.pool_max': 2,
        'cold.acquire_timeout_ms': 0,
        'cold.query_timeout_ms': 0,
        'cold.breaker_enabled': false,
        'admission.enabled': false,
      },
      actor: 'features-team',
      reason: 'third tier: ask it for what the online store lacks, FEA-310',
    },
  })),
  {
    fault: 'setting',
    with: {
      workload: 'gateway',
      settings: { 'upstream.timeout_ms': 3_000, 'admission.enabled': false },
      actor: 'payments',
      reason: 'no customer is turned away, PAY-77',
    },
  },
];

/** The train of the same day: the gateway takes late transactions of three more days. */
const TRAIN: Disruption = {
  fault: 'setting',
  with: {
    workload: 'gateway',
    settings: { 'timestamp.max_behind_days': 10 },
    actor: 'release-train',
    reason: 'weekly release train, CHG-2219',
  },
};

export default defineScenario({
  id: 'feature-store-degraded',
  number: 22,
  title: 'The hosts are idle, and the answers are not what they were',
  level: 'mid',
  minutes: 20,
  tags: ['features', 'latency', 'degradation', 'redis'],
  covers: ['001-S6', '002-Q6', '002-Q10', '003-118'],
  targets: TARGETS,

  // Latency is what this is about, so the machine has room: fewer customers than usual.
  workload: { 'traffic.rate': 40 },
  steadyState: [READY, paying(10), ANSWERED, IN_TIME, ...notPaged(PAGE, LOST_PAGE)],
  posture: TOLERANT,

  variants: {
    base: {
      cause: 'store-path-slow',
      doNothing: 'fail',
      targets: { compose: 'supported' },
      decoys: [TRAIN],
      disruptions: [SLOW_NETWORK],
      durability: {
        replay: [{ fault: 'restart', with: { workloads: [...REGIONS] } }],
        withinSeconds: 60,
        holdSeconds: 8,
        means: 'a restart of inference, with nothing kept, does not bring it back',
      },
    },

    'slow-neighbour': {
      cause: 'store-blocked',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [
        {
          fault: 'redis-neighbour',
          with: { title: 'ledger-export', work: 'sort', elements: 800_000, commandMs: 600, duty: 0.6 },
        },
      ],
      recovery: {
        holdSeconds: HOLD_SECONDS,
        minimumRequests: 120,
        checks: [IN_TIME, ANSWERED, RIGHT, READY],
      },
      // A connection that was closed is made again, and a rule that only the running Redis knows is gone.
      durability: {
        replay: [{ fault: 'restart', with: { workloads: ['redis-online'] } }],
        withinSeconds: 45,
        holdSeconds: 8,
        means: 'a restart of the online store does not bring it back',
      },
    },

    evictions: {
      cause: 'store-evicts',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [
        {
          fault: 'redis-config',
          with: { parameters: { 'maxmemory-policy': 'allkeys-lru' }, maxmemoryOfUsed: 0.3 },
        },
      ],
      symptoms: LOST_SYMPTOMS,
      recovery: {
        holdSeconds: HOLD_SECONDS,
        minimumRequests: 120,
        checks: [IN_TIME, ANSWERED, WHOLE, READY],
      },
    },

    'must-refuse': {
      cause: 'store-path-slow',
      doNothing: 'fail',
      posture: STRICT,
      decoys: [TRAIN],
      disruptions: [SLOW_NETWORK],
      recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 120, checks: [TOLD, NOT_BLIND, READY] },
    },

    'request-time-db-aggregate': {
      cause: 'counts-by-query',
      doNothing: 'fail',
      workload: { 'traffic.rate': 40, 'traffic.timeout_ms': 5_000 },
      posture: THIRD_TIER,
      steadyState: [READY, paying(10), ANSWERED, IN_TIME, COLD_ANSWERS, ...notPaged(PAGE, LOST_PAGE)],
      decoys: [TRAIN],
      disruptions: [
        {
          fault: 'release',
          with: {
            workloads: [...REGIONS],
            actor: 'features-team',
            reason: 'a payment of a second ago counts, FEA-322',
            overlay: 'overlays/fresh',
          },
        },
      ],
      recovery: {
        holdSeconds: HOLD_SECONDS,
        minimumRequests: 120,
        checks: [IN_TIME, ANSWERED, RIGHT, READY],
      },
    },
  },

  symptoms: LATENCY_SYMPTOMS,

  causes: [
    {
      id: 'store-path-slow',
      component: 'redis-online',
      category: 'network',
      mechanism:
        'the way between inference and the online store is slow, and inference waits for each answer',
    },
    {
      id: 'store-blocked',
      component: 'redis-online',
      category: 'capacity',
      mechanism: 'the online store is busy with long commands of somebody else, and serves nobody meanwhile',
    },
    {
      id: 'store-evicts',
      component: 'redis-online',
      category: 'configuration',
      mechanism: 'the online store drops rows to stay within its memory',
    },
    {
      id: 'counts-by-query',
      component: 'inference',
      category: 'release',
      mechanism: 'each request has a database count what the stream path has counted already',
    },
    {
      id: 'store-emptied',
      component: 'redis-online',
      category: 'data',
      mechanism: 'the online store came back empty and is being filled again',
    },
    {
      id: 'consumer-behind',
      component: 'feature-consumer',
      category: 'capacity',
      mechanism: 'events are applied too slowly, so that rows are missing or old',
    },
    {
      id: 'inference-overloaded',
      component: 'inference',
      category: 'capacity',
      mechanism: 'too few replicas for the traffic: requests wait before their batch begins',
    },
    {
      id: 'model-heavier',
      component: 'inference',
      category: 'model',
      mechanism: 'a new model version takes longer for each row',
    },
    {
      id: 'gateway-limit',
      component: 'gateway',
      category: 'release',
      mechanism: 'a release of the gateway holds requests up before they reach inference',
    },
    {
      id: 'new-cards',
      component: 'upstream',
      category: 'no-fault',
      mechanism: 'a campaign brings customers whose cards nobody has seen before',
    },
  ],

  recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 120, checks: [IN_TIME, ANSWERED, HONEST, READY] },

  invariants: [
    'alert-rules',
    'silences',
    'workloads',
    'world',
    'champion',
    'timeouts',
    'missing-policy',
    'online-rows',
  ],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'waits-longer',
      invariant: 'timeouts',
      cost: 15,
      sentence: 'a timeout was raised: everybody waits longer, and more of them at the same time',
    },
    {
      id: 'guesses',
      invariant: 'missing-policy',
      cost: 20,
      sentence: 'a model that must not decide without fresh features was made to',
    },
    {
      id: 'rows-lost',
      invariant: 'online-rows',
      cost: 20,
      sentence: 'rows of the online store are gone: what was slow is now wrong',
    },
    {
      id: 'scaled',
      action: '^scale$',
      object: 'inference',
      cost: 10,
      sentence: 'inference was scaled while it waits for the store: more of it waits for the same answers',
    },
    retrained(10, 'a model was retrained although the model was never the problem'),
  ],

  hints: [
    {
      text: 'Scoring has stages: queue, feature, model. Which of them takes the time, and does the lookup bring back what it should?',
      cost: 5,
    },
    {
      text: 'The store can be asked on two ports: its own, and the one that services use. Compare latency on both, then SLOWLOG, CLIENT LIST, CONFIG GET and INFO stats.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'The store is slow and nobody can mend it tonight. What do you give up, and who decides that?',
      strong:
        "Latency, answers or features: the policy of the model says which. A tolerant model answers from kept or default rows and says degraded; one that must not guess reviews or refuses at once. It is written in the model's card before the incident, with an owner.",
    },
    {
      ask: 'The circuit was switched on and stayed closed. Why?',
      strong:
        'With a patient timeout only a tenth of the lookups fails, below the ratio that opens it: slow is not failed. A timeout has to follow from the latency budget, then slow counts as failed and the circuit opens.',
    },
    {
      ask: 'The store heals. What can go wrong in that moment?',
      strong:
        'Everybody asks again at once, caches expire together: probes before closing, a bounded number of lookups, single flight, jittered lifetimes and early refresh, and a look at what the store gets, not at what customers send.',
    },
    {
      ask: 'Would more replicas of inference have helped?',
      strong:
        'No: they wait for the same store and add connections to it. By the law of Little, waiting requests are rate times latency; only a shorter wait or fewer lookups help.',
    },
    {
      ask: 'How do you test this before it happens?',
      strong:
        'A fault proxy in the way of every dependency and a test that makes it slow, silent and gone: p99 within the objective in ten seconds, answers marked, and nothing decided that the policy forbids.',
    },
  ],
});

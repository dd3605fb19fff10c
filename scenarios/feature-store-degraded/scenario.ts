import { type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, HONEST, IN_TIME, LATENCY_SYMPTOMS, PAGE, READY } from './checks.ts';

const HOLD_SECONDS = 15;
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

/** 80 to 520 ms on the way back from the online store; what comes after 500 ms comes too late. */
const SLOW_NETWORK: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'latency', latencyMs: 300, jitterMs: 220 },
};

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
  covers: ['001-S6', '002-Q6', '002-Q10'],
  targets: {
    local: 'supported',
    compose: { skipped: 'the target itself does not exist yet' },
    kubernetes: { skipped: 'the target itself does not exist yet' },
  },

  // Latency is what this is about, so the machine has room: half of the usual customers.
  workload: { 'traffic.rate': 50 },
  steadyState: [
    READY,
    { probe: 'world', with: { measure: 'requests_per_second' }, atLeast: 10, means: 'customers are paying' },
    ANSWERED,
    IN_TIME,
    { probe: 'alert', with: { name: PAGE }, atMost: 0, means: 'nobody is paged already' },
  ],
  posture: TOLERANT,

  variants: {
    base: {
      cause: 'store-path-slow',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [SLOW_NETWORK],
      durability: {
        replay: [{ fault: 'restart', with: { workloads: [...REGIONS] } }],
        withinSeconds: 60,
        holdSeconds: 10,
        means: 'a restart of inference, with nothing kept, does not bring it back',
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

  recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 200, checks: [IN_TIME, ANSWERED, HONEST, READY] },

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
    {
      id: 'silenced',
      invariant: 'silences',
      cost: 20,
      sentence: 'the alert was silenced instead of answered',
    },
    {
      id: 'rules-bent',
      invariant: 'alert-rules',
      cost: 20,
      sentence: 'an alert rule was bent instead of obeyed',
    },
    {
      id: 'customers-stopped',
      invariant: 'world',
      cost: 20,
      sentence: "the bank's customers were turned away",
    },
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
    {
      id: 'retrained',
      action: '^pipeline\\.run\\.start$',
      object: 'train',
      cost: 10,
      sentence: 'a model was retrained although the model was never the problem',
    },
    {
      id: 'restarted-everything',
      action: '^restart$',
      atLeast: 4,
      cost: 10,
      sentence: 'everything was restarted without knowing why',
    },
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

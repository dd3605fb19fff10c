import { type Check, type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';
import { autoscaled } from './autoscaled.ts';

const PAGE = 'GatewayErrorRateHigh';
const REGIONS = ['inference-eu', 'inference-us'] as const;

const set = (
  workload: string,
  settings: Record<string, unknown>,
  actor: string,
  reason: string,
): Disruption => ({ fault: 'setting', with: { workload, settings, actor, reason } });

/** Everybody comes in, and the web shop is as important as the tills. */
const OPEN_DOOR = [
  set('gateway', { 'admission.enabled': false }, 'payments', 'nobody is turned away at the door, PAY-291'),
  set('gateway', { 'priority.webshop': 'high' }, 'marketing', 'checkout conversion, MKT-77'),
];
/** Whoever wants features waits for them, and nobody is turned away. */
const WAITS = REGIONS.map((workload) =>
  set(
    workload,
    {
      'features.timeout_ms': 1_500,
      'features.on_missing': 'refuse',
      'breaker.enabled': false,
      'admission.enabled': false,
    },
    'risk',
    'wait for features, never decide without, RSK-118',
  ),
);
/** What the bank can bear is the line to its store, whatever the machine: some twenty-five lookups a second for a process. */
const LINE: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'bandwidth', kilobytesPerSecond: 60 },
};

/** A store in another zone: every lookup takes as long, however many there are. */
const FAR_STORE: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'latency', latencyMs: 60 },
};
/** Four places for each replica of inference and nowhere to wait: what a load test at the usual rate found enough. */
const FEW_PLACES = set(
  'gateway',
  {
    'admission.limit_min': 4,
    'admission.limit_max': 4,
    'admission.queue': 0,
    'retry.min_per_second': 200,
  },
  'payments',
  'limits from the load test, PAY-302',
);

const TRAIN = set(
  'gateway',
  { 'timestamp.max_behind_days': 10 },
  'release-train',
  'weekly release train, CHG-2219',
);

const viral = (volume: number): Disruption => ({
  fault: 'shift',
  with: { shift: 'viral', parameters: { volume } },
});

const TILLS: Check = {
  probe: 'served',
  with: { measure: 'ratio', channels: ['terminal'], within: 1, seconds: 15 },
  atLeast: 0.9,
  means: 'customers at tills have a decision within a second',
};
const TOLD: Check = {
  probe: 'told-in-time',
  with: { within: 2, seconds: 10 },
  atLeast: 0.95,
  means: 'everybody is told in time: a decision, or no',
};
const SHOP: Check = {
  probe: 'served',
  with: { measure: 'per_second', channels: ['webshop'], within: 2, seconds: 10 },
  atLeast: 15,
  means: 'no more is turned away than has to be (customers of the web shop decided a second)',
};
const PAID_FOR: Check = {
  probe: 'replicas',
  with: { workloads: [...REGIONS] },
  atMost: 4,
  means: 'it costs no more than was agreed (replicas of inference)',
};
const ALL_IN_TIME: Check = {
  probe: 'served',
  with: { measure: 'ratio', within: 1, seconds: 10 },
  atLeast: 0.95,
  means: 'customers have a decision within a second',
};

const ERRORS = {
  probe: 'alert',
  with: { name: PAGE },
  atLeast: 1,
  withinSeconds: 45,
  means: `PAGE ${PAGE}: requests of customers end in an error`,
};

export default defineScenario({
  id: 'viral-traffic-surge',
  number: 7,
  title: 'Payments fail, and everybody seems to be in the same shop',
  level: 'mid',
  minutes: 20,
  tags: ['latency', 'overload', 'capacity', 'priorities'],
  covers: ['000-S7', '003-40', '003-97'],
  targets: TARGETS,

  // The same rate around the clock: the surge is the only thing that changes it.
  workload: { 'traffic.rate': 12, 'traffic.swing': 0 },
  posture: [...OPEN_DOOR, ...WAITS, LINE],
  steadyState: [READY, paying(6), ANSWERED, ...notPaged(PAGE, 'ScoreLatencyHigh')],

  variants: {
    base: {
      cause: 'everybody-let-in',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [viral(10)],
      durability: {
        replay: [{ fault: 'restart', with: { workloads: ['gateway'] } }],
        withinSeconds: 40,
        holdSeconds: 10,
        means: 'a restart of the gateway does not bring it back',
      },
    },

    '503-cliff': {
      cause: 'no-room-to-wait',
      doNothing: 'fail',
      workload: { 'traffic.rate': 30, 'traffic.swing': 0 },
      posture: [FEW_PLACES, FAR_STORE],
      decoys: [TRAIN],
      disruptions: [viral(4)],
      recovery: {
        holdSeconds: 12,
        minimumRequests: 600,
        checks: [ANSWERED, ALL_IN_TIME, PAID_FOR, READY],
      },
      durability: {
        replay: [{ fault: 'restart', with: { workloads: ['gateway'] } }],
        withinSeconds: 40,
        holdSeconds: 10,
        means: 'a restart of the gateway does not bring it back',
      },
    },

    ...autoscaled,
  },

  symptoms: [
    ERRORS,
    {
      probe: 'promql',
      with: { query: 'sum(rate(firedrill_world_requests_total[10s]))' },
      atLeast: 60,
      withinSeconds: 60,
      means: 'far more customers want to pay than usual',
    },
  ],

  causes: [
    {
      id: 'everybody-let-in',
      component: 'gateway',
      category: 'configuration',
      mechanism:
        'more customers come than can be served, and all of them are let in: so many wait that nobody is answered in time',
    },
    {
      id: 'no-room-to-wait',
      component: 'gateway',
      category: 'configuration',
      mechanism:
        'a fixed number of places and nowhere to wait: what does not find a place is refused, while everything behind is idle',
    },
    {
      id: 'autoscaler-ceiling',
      component: 'autoscaler',
      category: 'capacity',
      mechanism: 'the autoscaler wants more replicas than it may ask for',
    },
    {
      id: 'autoscaler-blind',
      component: 'autoscaler',
      category: 'configuration',
      mechanism:
        'replicas are full of requests that wait, and the autoscaler looks at something that does not show it',
    },
    {
      id: 'store-path-slow',
      component: 'redis-online',
      category: 'network',
      mechanism: 'the way between inference and the online store has become slow',
    },
    {
      id: 'inference-crashes',
      component: 'inference',
      category: 'capacity',
      mechanism: 'inference runs out of memory and is started again and again',
    },
    {
      id: 'retry-storm',
      component: 'gateway',
      category: 'configuration',
      mechanism: 'the number of customers is as usual, and each of their requests is tried many times',
    },
    {
      id: 'card-testing',
      component: 'upstream',
      category: 'data',
      mechanism: 'thieves try stolen cards in one shop by the thousand',
    },
    {
      id: 'train-broke-gateway',
      component: 'gateway',
      category: 'release',
      mechanism: 'the weekly release of the gateway refuses transactions that it took before',
    },
  ],

  recovery: {
    holdSeconds: 12,
    minimumRequests: 600,
    checks: [TILLS, TOLD, SHOP, PAID_FOR, READY],
  },

  invariants: [
    'alert-rules',
    'silences',
    'workloads',
    'world',
    'champion',
    'timeouts',
    'missing-policy',
    'online-rows',
    'admission',
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
      id: 'guard-off',
      invariant: 'admission',
      cost: 15,
      sentence: 'the guard was taken away instead of being given the right measure',
    },
    {
      id: 'scaled-at-once',
      action: '^scale$',
      object: 'inference',
      before: 'submit',
      cost: 10,
      sentence: 'inference was scaled before anybody had looked what it waits for',
    },
    retrained(10, 'a model was retrained although the model was never the problem'),
  ],

  hints: [
    {
      text: 'Compare what arrives with what is answered, and answered in time. Who are those that arrive, and whom would the bank miss first?',
      cost: 5,
    },
    {
      text: 'By the law of Little, requests under way are rate times time. How many can be under way so that each is answered in time, and how many does the gateway let in?',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Why does turning people away get more of them served?',
      strong:
        'What can be borne is bounded. If everybody waits, everybody is late, and late answers are work for nobody. With few under way each is in time, and goodput stays at capacity.',
    },
    {
      ask: 'How do you find the limit?',
      strong:
        'Little: capacity times the time that may be taken. From a ramp in a load test up to the knee, or found while running by the time answers take; never copied from another service.',
    },
    {
      ask: 'Whom do you turn away?',
      strong:
        'Written down before the day: somebody at a till cannot come back, a browser can. Priorities are only worth something while few are high; marking everything high is marking nothing.',
    },
    {
      ask: 'Finance asks what more replicas cost and bring.',
      strong:
        'What they wait for: if it is the store, replicas add load to it. If it is places, places are free. If they really are busy, cost for each answered request, with a ceiling and an end date.',
    },
    {
      ask: 'The post stays viral for weeks. What changes?',
      strong:
        'Shedding is for the first hour. Then capacity where the bottleneck is, a cache for what repeats, a cheaper tier for simple cases, scaling on the line and not on CPU, and the campaign calendar as an input to it.',
    },
  ],
});

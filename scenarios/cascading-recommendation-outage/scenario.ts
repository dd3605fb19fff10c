import { type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';

const PAGE = 'GatewayErrorRateHigh';
const REGIONS = ['inference-eu', 'inference-us'] as const;

/** The door tries hard: no payment is to be lost to a replica that is slow for once. */
const TRIES: Disruption = {
  fault: 'setting',
  with: {
    workload: 'gateway',
    settings: {
      'upstream.timeout_ms': 1_800,
      'retry.attempts': 8,
      'retry.try_timeout_ms': 200,
      'retry.budget': false,
      'retry.min_per_second': 5,
      'admission.enabled': false,
    },
    actor: 'payments',
    reason: 'no payment is lost to a slow replica, PAY-377',
  },
};
/** Whoever wants features waits for them, and nobody is turned away. */
const WAITS: Disruption[] = REGIONS.map((workload) => ({
  fault: 'setting',
  with: {
    workload,
    settings: {
      'features.timeout_ms': 1_500,
      'features.on_missing': 'refuse',
      'breaker.enabled': false,
      'admission.enabled': false,
    },
    actor: 'risk',
    reason: 'wait for features, never decide without, RSK-118',
  },
}));
/**
 * What the bank can bear from here on is the line to its store, whatever the machine: some fifty lookups a second for each
 * process of inference, more than twice what customers bring. Before the incident it is wider: a bank with this posture
 * and this line would not wait for somebody to begin the storm, on a busy machine.
 */
const LINE: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'bandwidth', kilobytesPerSecond: 110 },
};

/** The first failure. It passes, as such things do. */
const BLIP: Disruption = {
  fault: 'network',
  with: { proxy: 'redis-online', kind: 'latency', stream: 'upstream', latencyMs: 1_200, forSeconds: 4 },
};
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
  id: 'cascading-recommendation-outage',
  number: 15,
  title: 'The door is down, and restarts do not hold',
  level: 'senior',
  minutes: 20,
  tags: ['latency', 'retries', 'cascade', 'overload'],
  covers: ['000-S15'],
  targets: TARGETS,

  // The same rate around the clock: what happens at noon is what happens at night.
  workload: { 'traffic.rate': 20, 'traffic.swing': 0 },
  posture: [TRIES, ...WAITS],
  steadyState: [READY, paying(10), ANSWERED, ...notPaged(PAGE, 'ScoreLatencyHigh')],

  variants: {
    base: {
      cause: 'retry-storm',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [LINE, BLIP],
      durability: {
        replay: [BLIP],
        withinSeconds: 40,
        holdSeconds: 12,
        means: 'the next short stall of the store is no outage',
      },
    },
  },

  symptoms: [
    {
      probe: 'alert',
      with: { name: PAGE },
      atLeast: 1,
      withinSeconds: 45,
      means: `PAGE ${PAGE}: requests of customers end in an error`,
    },
    {
      probe: 'promql',
      with: {
        query:
          'sum(rate(firedrill_feature_lookup_total{tier="online"}[10s])) / gateway:score_requests:rate10s',
      },
      atLeast: 2,
      withinSeconds: 60,
      means: 'inference is asked several times for each request of the gateway',
    },
  ],

  causes: [
    {
      id: 'retry-storm',
      component: 'gateway',
      category: 'configuration',
      mechanism:
        'slow requests are tried again without a limit, and the tries are what keeps inference from answering',
    },
    {
      id: 'traffic-surge',
      component: 'upstream',
      category: 'capacity',
      mechanism: 'several times as many customers as usual want to pay',
    },
    {
      id: 'store-path-slow',
      component: 'redis-online',
      category: 'network',
      mechanism: 'the way between inference and the online store is slow, for as long as this lasts',
    },
    {
      id: 'store-blocked',
      component: 'redis-online',
      category: 'capacity',
      mechanism: 'the online store is busy with long commands of somebody else, and serves nobody meanwhile',
    },
    {
      id: 'inference-too-small',
      component: 'inference',
      category: 'capacity',
      mechanism: 'inference has too few replicas for the payments that customers make',
    },
    {
      id: 'model-heavier',
      component: 'inference',
      category: 'model',
      mechanism: 'a new model version takes longer for each row',
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
    minimumRequests: 120,
    checks: [
      ANSWERED,
      {
        probe: 'served',
        with: { measure: 'ratio', within: 1, seconds: 10 },
        atLeast: 0.95,
        means: 'customers get a decision of the model within a second',
      },
      {
        probe: 'amplification',
        with: { seconds: 10 },
        atMost: 1.2,
        means: 'inference works once for each payment, not again and again (predictions a payment)',
      },
      READY,
    ],
  },

  invariants: ['alert-rules', 'silences', 'workloads', 'world', 'champion', 'missing-policy', 'online-rows'],

  redFlags: [
    ...RED_FLAGS,
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
      sentence: 'replicas were added into the storm: they give the tries more to waste',
    },
    retrained(10, 'a model was retrained although the model was never the problem'),
  ],

  hints: [
    {
      text: 'How many requests does the world make, how many does the gateway get, and how many does inference? Put the three rates beside each other.',
      cost: 5,
    },
    {
      text: 'The store answers quickly on its own port. Who else waits in the line behind its answers, and does anybody still want what comes out of it? The gateway has settings that begin with retry.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'The network was bad for three seconds. Why was the bank down for minutes?',
      strong:
        'A metastable failure: the stall made a line, everything in the line is late, what is late is asked again, and the second tries are more than the line can bear. The trigger is gone; the load that it set off feeds on itself until something takes load away.',
    },
    {
      ask: 'Why is a budget better than fewer tries?',
      strong:
        'A share of requests that may be tried again lets nearly every single failure be retried, and bounds the load when everything fails: 1.2 times, not 8 times. A fixed number of tries multiplies at every layer.',
    },
    {
      ask: 'A restart helped, for a moment. What did it do?',
      strong:
        'It emptied the line. It did not change what happens at the next stall, and if enough callers come back at the same time it sets off the next storm itself.',
    },
    {
      ask: 'Where else should somebody have said no?',
      strong:
        'At inference (admission with a limit that fits what it can bear, and the deadline of the try, not of the whole request), at the gateway (a limit for each replica), and at the customers: back-off with jitter, and Retry-After.',
    },
    {
      ask: 'Press is asking. What do you write, and what goes into the post-mortem?',
      strong:
        'What customers felt, from when to when, that no payment was decided wrongly and that it is over; no guess at causes. Blameless: the timeline, the trigger, what kept it alive, what ended it, and actions with owners: budget on, limits from a test, a drill for it.',
    },
  ],
});

import { type Check, type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';

const PAGE = 'ReplicaLoadUneven';
const BUSY = 'inference-eu';
/** The busiest replica, as a multiple of an equal share. */
const EVEN = 1.3;

/** Europe has grown. */
const LARGER: Disruption = { fault: 'scale', with: { workload: BUSY, replicas: 4 } };

const gateway = (settings: Record<string, unknown>, actor: string, reason: string): Disruption => ({
  fault: 'setting',
  with: { workload: 'gateway', settings, actor, reason },
});

const SHARES: Check = {
  probe: 'load-skew',
  with: { workload: BUSY },
  atMost: EVEN,
  means: 'the replicas in Europe share their work (the busiest, as a multiple of an equal share)',
};

/** The train of the same day: transactions may be three days later than before. */
const TRAIN = gateway({ 'timestamp.max_behind_days': 10 }, 'release-train', 'weekly release train, CHG-2301');

export default defineScenario({
  id: 'hot-pods',
  number: 61,
  title: 'Four replicas, and one of them does the work',
  level: 'mid',
  minutes: 20,
  tags: ['serving', 'load', 'balancing', 'capacity'],
  covers: ['003-71'],
  targets: TARGETS,

  // One replica bears this alone; what it would not bear is the next sale.
  workload: { 'traffic.rate': 60 },
  steadyState: [READY, paying(20), ANSWERED, SHARES, ...notPaged(PAGE)],
  posture: [
    LARGER,
    gateway(
      { 'upstream.balancing': 'connection', 'connections.max_requests': 10 },
      'platform',
      'rows of a caller stay with one replica, CHG-2188',
    ),
  ],

  variants: {
    base: {
      cause: 'connections-last',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [
        gateway({ 'connections.max_requests': 0 }, 'edge', 'fewer handshakes for terminals, CHG-2302'),
      ],
    },
  },

  symptoms: [
    {
      probe: 'alert',
      with: { name: PAGE },
      atLeast: 1,
      withinSeconds: 60,
      means: `PAGE ${PAGE}: one replica has the requests of several`,
    },
    {
      ...SHARES,
      atMost: undefined,
      atLeast: 1.5,
      withinSeconds: 60,
      means: 'one replica in Europe has far more than its share, counted at the replicas',
    },
  ],

  causes: [
    {
      id: 'connections-last',
      component: 'gateway',
      category: 'configuration',
      mechanism:
        'connections of callers are not ended any more, and whatever comes over one stays with its replica',
    },
    {
      id: 'pinned-by-affinity',
      component: 'gateway',
      category: 'configuration',
      mechanism: 'replicas are now chosen once for a connection instead of for every request',
    },
    {
      id: 'replica-unknown',
      component: 'gateway',
      category: 'release',
      mechanism: 'the gateway has not heard of the replicas that were added',
    },
    {
      id: 'replica-slow',
      component: 'inference-eu',
      category: 'capacity',
      mechanism: 'three of the replicas are slower, so that the fourth answers most requests',
    },
    {
      id: 'hot-merchant',
      component: 'upstream',
      category: 'data',
      mechanism: 'one merchant has most of the payments, and they all go to the replica that knows it',
    },
    {
      id: 'more-customers',
      component: 'upstream',
      category: 'no-fault',
      mechanism: 'there are more customers than usual in Europe',
    },
  ],

  recovery: { holdSeconds: 12, minimumRequests: 200, checks: [SHARES, ANSWERED, READY] },

  durability: {
    replay: [{ fault: 'restart', with: { workloads: ['gateway'] } }],
    withinSeconds: 45,
    holdSeconds: 8,
    means: 'a restart of the gateway does not bring it back',
  },

  invariants: ['workloads', 'world', 'alert-rules', 'silences', 'champion', 'timeouts'],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'scaled',
      action: '^scale$',
      object: 'inference',
      cost: 10,
      sentence: 'replicas were added while three had nothing to do',
    },
    retrained(10, 'a model was retrained although the model was never the problem'),
  ],

  hints: [
    {
      text: 'An average over replicas hides this. Look at requests by instance, then ask who chooses the instance, and how often.',
      cost: 5,
    },
    {
      text: 'Customers reach the gateway over connections that they keep open. What does the gateway choose a replica for: a request or a connection? And when does a connection end?',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Why does a Service of Kubernetes not spread requests over connections that are kept open?',
      strong:
        'kube-proxy chooses a pod when a connection is made and never looks at requests: layer 4. With keep-alive or HTTP/2 a few callers mean a few pods. Choose by request (layer 7, a mesh, a headless service with the client balancing) or end connections now and then.',
    },
    {
      ask: 'You end connections after so many requests. How many?',
      strong:
        'Handshakes cost, so as many as keep the skew bounded: with k connections spread by chance over n replicas the busiest has about 1 + sqrt(2 n ln n / k) shares. Ends by time need jitter, or all of them come back at once.',
    },
    {
      ask: 'Why did more replicas not help?',
      strong:
        'Open connections do not find them; a new one has work only when connections are made anew. The autoscaler looks at the average, which falls with every idle replica, so it does the wrong thing or nothing.',
    },
    {
      ask: 'When is affinity worth it, and what do you measure?',
      strong:
        'When a replica keeps what is expensive to fetch and hits depend on who asks. Measure hits beside skew, bound the load (consistent hashing with bounded loads), and prefer a key of the request to the connection.',
    },
  ],
});

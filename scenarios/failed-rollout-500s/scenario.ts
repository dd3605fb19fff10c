import { type Check, defineScenario } from '../../engine/contract/scenario.ts';
import { TARGETS } from '../cluster.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained } from '../usual.ts';
import {
  CANARY,
  FOLLOW_UP,
  FROM_STAGING,
  NEXT_TRAIN,
  SAME_MINUTE,
  SINCE_THURSDAY,
  STAGES,
  TO_EUROPE,
  TOO_SLOW,
} from './trains.ts';

const PAGE = 'GatewayErrorRateHigh';

const SERVED: Check = {
  probe: 'served',
  with: { measure: 'ratio', within: 1, seconds: 10 },
  atLeast: 0.95,
  means: 'customers have a decision within a second',
};

export default defineScenario({
  id: 'failed-rollout-500s',
  number: 4,
  title: 'The release train has come in, and customers get errors',
  level: 'junior',
  minutes: 20,
  tags: ['kubernetes', 'release', 'rollback', 'probes'],
  covers: ['000-S4', '002-Q3', '004-Q18'],
  targets: TARGETS,

  workload: { 'traffic.rate': 40, 'traffic.swing': 0 },
  posture: [SINCE_THURSDAY],
  steadyState: [READY, paying(20), ANSWERED, ...notPaged(PAGE, 'ReplicasMissing')],

  variants: {
    base: {
      cause: 'configuration-renamed',
      doNothing: 'fail',
      decoys: SAME_MINUTE,
      disruptions: [TOO_SLOW, STAGES, FOLLOW_UP],
    },
    'artifact-missing': {
      cause: 'artifact-missing',
      doNothing: 'fail',
      decoys: SAME_MINUTE,
      disruptions: [FROM_STAGING],
    },
    'probe-lies': {
      cause: 'probe-lies',
      doNothing: 'fail',
      decoys: SAME_MINUTE,
      // Europe whole, and one pod in the United States.
      disruptions: [TO_EUROPE, ...CANARY],
      symptoms: [
        {
          probe: 'alert',
          with: { name: PAGE },
          atLeast: 1,
          withinSeconds: 60,
          means: `PAGE ${PAGE}: requests of customers end in an error`,
        },
        {
          probe: 'promql',
          with: { query: 'gateway:score_errors:ratio_rate10s' },
          atLeast: 0.2,
          withinSeconds: 60,
          means: 'every third request or so ends in an error',
        },
        // Who is refused tries again.
        {
          probe: 'world',
          with: { measure: 'answered_ratio', seconds: 10 },
          atMost: 0.95,
          withinSeconds: 60,
          means: 'some customers leave without an answer',
        },
      ],
    },
  },

  symptoms: [
    {
      probe: 'alert',
      with: { name: PAGE },
      atLeast: 1,
      withinSeconds: 60,
      means: `PAGE ${PAGE}: requests of customers end in an error`,
    },
    {
      probe: 'world',
      with: { measure: 'answered_ratio', seconds: 10 },
      atMost: 0.5,
      withinSeconds: 60,
      means: 'most customers get no answer',
    },
    {
      probe: 'alert',
      with: { name: 'ReplicasMissing' },
      atLeast: 1,
      withinSeconds: 60,
      means: 'there are fewer replicas than somebody wants',
    },
  ],

  causes: [
    {
      id: 'configuration-renamed',
      component: 'inference',
      category: 'configuration',
      mechanism:
        'the new image asks for a setting under a new name, and what was sent after it sets more than production has: its pods end or never get ready, and the strategy had taken all others away',
    },
    {
      id: 'artifact-missing',
      component: 'inference',
      category: 'release',
      mechanism:
        'the new revision names what was published in staging alone: its pods never get ready, and the strategy had taken all others away',
    },
    {
      id: 'probe-lies',
      component: 'inference',
      category: 'configuration',
      mechanism:
        'pods of the new revision count as ready as soon as their process lives: they get traffic which they cannot answer, and replaced pods which could',
    },
    {
      id: 'no-room',
      component: 'nodes',
      category: 'capacity',
      mechanism: 'the pods of the new revision find no node, and the autoscaler is at its ceiling',
    },
    {
      id: 'online-store-slow',
      component: 'redis-online',
      category: 'network',
      mechanism: 'the online store answers so late that requests run out of time',
    },
    {
      id: 'registry-down',
      component: 'registry',
      category: 'network',
      mechanism: 'the model registry does not answer, so that nobody can load a model',
    },
    {
      id: 'gateway-release',
      component: 'gateway',
      category: 'release',
      mechanism: 'the new release of the gateway refuses transactions that it took before',
    },
  ],

  recovery: { holdSeconds: 12, minimumRequests: 200, checks: [SERVED, ANSWERED, READY] },

  // It begins while all is well, and has to stay so: no time is given to come back.
  durability: {
    replay: [NEXT_TRAIN],
    withinSeconds: 5,
    holdSeconds: 30,
    means: 'the next train, a good one, goes out under traffic, and no customer notices',
  },

  invariants: [
    'alert-rules',
    'silences',
    'workloads',
    'world',
    'champion',
    'admission',
    'missing-policy',
    'timeouts',
    'readiness',
    'limits',
    'accelerators',
    'tenants',
  ],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'probe-removed',
      invariant: 'readiness',
      cost: 20,
      sentence: 'pods were sent customers without being asked whether they can answer',
    },
    {
      id: 'unbounded',
      invariant: 'limits',
      cost: 15,
      sentence: 'what keeps pods from taking from one another was taken away',
    },
    {
      id: 'smaller',
      invariant: 'workloads',
      cost: 15,
      sentence: 'replicas were taken away from customers who had none to spare',
    },
    {
      id: 'waits-longer',
      invariant: 'timeouts',
      cost: 15,
      sentence: 'a timeout was raised although nobody was there to wait for',
    },
    {
      id: 'promoted',
      invariant: 'champion',
      cost: 20,
      sentence: 'another model was promoted in the middle of an outage, to fit what a release asked for',
    },
    retrained(15, 'a model was trained while customers had no answer, and a good one was at hand'),
  ],

  hints: [
    {
      text: 'What changed, and when did the errors begin? If the two are seconds apart, there is something to do before there is something to understand.',
      cost: 5,
    },
    {
      text: '`rollout history` shows each revision with its cause. "The one before" is where an undo goes, and not always one that has ever worked.',
      cost: 10,
    },
    {
      text: 'An undo brings back the template of the pods, and nothing else of a Deployment. Compare the rest with what it was.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'You were paged a minute after a release. What do you do first?',
      strong:
        'Go back to the last revision that is known to work, in every place where the release went out; tell people; then look for the reason. An explanation can wait for ten minutes, customers cannot.',
    },
    {
      ask: 'You have undone the rollout, and it still fails. And now?',
      strong:
        'Look where the undo went: the revision before may be another attempt of the same minute. Read the history, go by number to one that has served, by digest; if that one cannot start any more either, a blue set that is kept until a release has proven itself, the other region, or a safe default at the door.',
    },
    {
      ask: 'How could one release take everybody?',
      strong:
        'Its strategy allowed it (maxUnavailable 100 %, Recreate), or its probe said ready before it was. Either is enough. maxUnavailable 0, one region after the other, and a canary that is judged by what customers see bound the damage whatever is wrong.',
    },
    {
      ask: 'Liveness, readiness, startup: what does each decide here?',
      strong:
        'Startup: how long it may take until the others count (loading a model). Liveness: restart, so only for what a restart mends. Readiness: traffic and the progress of a rollout, so it has to mean that a request would be answered: model loaded, and tried with golden requests.',
    },
    {
      ask: 'Staging was green. Why, and what do you change?',
      strong:
        'Another registry, other names and values: staging tested something else. The same artifact by digest, one schema of the environment checked in CI against the values of production, and a smoke test in production before the first customer.',
    },
    {
      ask: 'The same at the busiest hour. What do you do differently?',
      strong:
        'Going back must not cost what capacity is left: surge instead of replacing, shed what can wait first, one region at a time with the other one taking over, and no cold caches for everybody at once.',
    },
  ],
});

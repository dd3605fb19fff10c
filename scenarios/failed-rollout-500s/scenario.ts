import { type Check, type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { change, INFERENCE, nodesPatched, TARGETS } from '../cluster.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained } from '../usual.ts';

const PAGE = 'GatewayErrorRateHigh';

const TWO_EACH = change(INFERENCE, { spec: { replicas: 2 } });
/** All pods at once. */
const IN_A_HURRY = change(INFERENCE, {
  spec: { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: '100%' } } },
});

/** The weekly train. @param container what it changes in the container of inference */
const train = (container: Record<string, unknown>): Disruption =>
  change(INFERENCE, {
    metadata: {
      annotations: { 'kubernetes.io/change-cause': 'release-train: weekly release train, CHG-2433' },
    },
    spec: { template: { spec: { containers: [{ name: 'inference', ...container }] } } },
  });

/** What staging calls a view, and production does not. */
const STAGING_VIEW = train({ env: [{ name: 'FEATURE_VIEW', value: 'fraud-1' }] });
/** A version that was registered in staging. */
const STAGING_VERSION = { env: [{ name: 'MODEL_VERSION', value: '7' }] };

/** The gateway's own part of the same train. */
const SAME_DAY: Disruption = {
  fault: 'setting',
  with: {
    workload: 'gateway',
    settings: { 'timestamp.max_behind_days': 10 },
    actor: 'release-train',
    reason: 'weekly release train, CHG-2433',
  },
};

const SERVED: Check = {
  probe: 'served',
  with: { measure: 'ratio', within: 1, seconds: 10 },
  atLeast: 0.95,
  means: 'customers have a decision within a second',
};

const prevented = (again: Disruption, means: string) => ({
  again: [again],
  afterSeconds: 15,
  holdSeconds: 10,
  checks: [ANSWERED],
  points: 10,
  means,
});

export default defineScenario({
  id: 'failed-rollout-500s',
  number: 4,
  title: 'Right after the release, nobody gets an answer',
  level: 'junior',
  minutes: 20,
  tags: ['kubernetes', 'release', 'rollback', 'probes'],
  covers: ['000-S4', '002-Q3'],
  targets: TARGETS,

  workload: { 'traffic.rate': 40, 'traffic.swing': 0 },
  posture: [TWO_EACH, IN_A_HURRY],
  steadyState: [READY, paying(20), ANSWERED, ...notPaged(PAGE)],

  variants: {
    base: {
      cause: 'configuration-refused',
      doNothing: 'fail',
      decoys: [SAME_DAY],
      disruptions: [STAGING_VIEW],
      prevention: prevented(
        STAGING_VIEW,
        'the same release again replaces nobody before its first pod is ready',
      ),
    },
    'artifact-missing': {
      cause: 'artifact-missing',
      doNothing: 'fail',
      decoys: [SAME_DAY],
      disruptions: [train(STAGING_VERSION)],
      prevention: prevented(
        train(STAGING_VERSION),
        'the same release again replaces nobody before its first pod is ready',
      ),
    },
    'probe-lies': {
      cause: 'probe-lies',
      doNothing: 'fail',
      // Here a rollout waits for each pod, as it should.
      posture: [TWO_EACH],
      decoys: [SAME_DAY],
      disruptions: [
        train({ ...STAGING_VERSION, readinessProbe: { httpGet: { path: '/healthz', port: 'http' } } }),
      ],
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
      probe: 'world',
      with: { measure: 'answered_ratio', seconds: 10 },
      atMost: 0.5,
      withinSeconds: 60,
      means: 'most customers get no answer',
    },
  ],

  causes: [
    {
      id: 'configuration-refused',
      component: 'inference',
      category: 'configuration',
      mechanism:
        'the new revision has a setting that the program refuses: it ends as soon as it starts, in every pod at once',
    },
    {
      id: 'artifact-missing',
      component: 'inference',
      category: 'model',
      mechanism:
        'the new revision names a model version that the registry here does not have: it starts, never is ready, and has replaced every pod at once',
    },
    {
      id: 'probe-lies',
      component: 'inference',
      category: 'configuration',
      mechanism:
        'the new revision counts as ready as soon as its process lives, so that it has replaced pods which could answer',
    },
    {
      id: 'image-missing',
      component: 'inference',
      category: 'release',
      mechanism: 'the image of the new revision cannot be pulled',
    },
    {
      id: 'no-room',
      component: 'nodes',
      category: 'capacity',
      mechanism: 'the pods of the new revision find no node',
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
      mechanism: 'the weekly release of the gateway refuses transactions that it took before',
    },
  ],

  recovery: { holdSeconds: 12, minimumRequests: 200, checks: [SERVED, ANSWERED, READY] },
  durability: nodesPatched(),

  invariants: [
    'alert-rules',
    'silences',
    'workloads',
    'world',
    'champion',
    'admission',
    'missing-policy',
    'timeouts',
    'accelerators',
    'tenants',
  ],

  redFlags: [
    ...RED_FLAGS,
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
    retrained(
      15,
      'a model was trained while customers had no answer, and the one of this morning was at hand',
    ),
  ],

  hints: [
    {
      text: 'What changed, and when did the errors begin? If the two are seconds apart, there is something to do before there is something to understand.',
      cost: 5,
    },
    {
      text: 'Kubernetes keeps the revision before as a ReplicaSet. Afterwards compare the two templates, and what the program said when it started.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'You were paged a minute after a release. What do you do first?',
      strong:
        'Go back to the revision before, at once, in every place where it went out; tell people; then look for the reason. The revision before is known to work, and an explanation can wait for ten minutes.',
    },
    {
      ask: 'How could one release stop everybody?',
      strong:
        'Its strategy allowed it (maxUnavailable 100 %), or its probe said ready before it was. Either alone is enough; a canary with automatic analysis and one region after the other bound the damage whatever is wrong.',
    },
    {
      ask: 'Liveness, readiness, startup: what does each decide here?',
      strong:
        'Startup: how long it may take until the others count (loading a model). Liveness: restart, so only for what a restart mends. Readiness: traffic and the progress of a rollout, so it has to mean that a request would be answered, model loaded and tried with golden requests.',
    },
    {
      ask: 'Staging was green. Why, and what do you change?',
      strong:
        'Another registry, other names and values: staging tested something else. The same artifact by digest and the same configuration schema in both, a contract test of the environment, and a smoke test in production before traffic.',
    },
    {
      ask: 'The revision before cannot be started any more either. And now?',
      strong:
        'The oldest one that is known to work, by digest; a blue set that is kept until the next release has proven itself; the other region; in the end a safe default at the gateway. And keep artifacts as long as revisions name them.',
    },
  ],
});

import { defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';

const PAGE = 'FeatureParityBroken';
/** What a healthy bank stays below for sure: an event that was applied late makes a difference for a few requests. */
const SAME = 0.12;
/** Windows over the card's transactions. What is made every night changes at a moment of its own. */
const WINDOWS = [
  'card_tx_count_6h',
  'card_tx_count_24h',
  'card_tx_count_7d',
  'card_amount_sum_24h',
  'card_amount_mean_7d',
  'card_amount_max_7d',
  'amount_eur',
];
const TRAIN = { actor: 'release-train', reason: 'weekly release train, CHG-2231' };
const INFERENCE = ['inference-eu', 'inference-us'];

const SERVED_RIGHT = {
  probe: 'feature-mismatch',
  with: { seconds: 5, features: WINDOWS },
  atMost: SAME,
  means: 'the model gets what the definition says (share of requests of which a feature differs)',
};
const ROWS_RIGHT = {
  probe: 'row-mismatch',
  with: { seconds: 170 },
  atMost: 0.06,
  means: 'the rows hold what happened, also what happened during the incident (share that differs)',
};

/** A guard against the change that looks guilty: the other half of the feature path was changed as well. */
const consumerDecoy = {
  fault: 'setting',
  with: { ...TRAIN, workload: 'feature-consumer', settings: { 'ingest.max_events_per_second': 4000 } },
};
const inferenceDecoy = {
  fault: 'setting',
  with: { ...TRAIN, workload: 'inference-eu', settings: { 'batch.max_rows': 24 } },
};

export default defineScenario({
  id: 'online-offline-feature-skew',
  number: 24,
  title: 'Excellent on paper, weak at the till',
  level: 'mid',
  minutes: 20,
  tags: ['features', 'parity', 'skew', 'fraud'],
  covers: ['001-S9', '002-Q14', '003-4', '003-99', '003-117', '004-Q16', '002-Q21'],
  targets: TARGETS,

  // A quieter day than usual: what is broken here does not need more, and comparing takes time of the same machine.
  workload: { 'traffic.rate': 40 },

  steadyState: [
    READY,
    paying(5),
    ANSWERED,
    SERVED_RIGHT,
    { ...ROWS_RIGHT, with: { seconds: 20 } },
    ...notPaged(PAGE),
  ],

  // Parity is measured all the time here, not only when somebody asks.
  posture: [
    {
      fault: 'setting',
      with: {
        workload: 'features',
        settings: { 'parity.every_seconds': 6 },
        actor: 'platform',
        reason: 'both paths compared all day, FEAT-112',
      },
    },
  ],

  variants: {
    base: {
      cause: 'window-edges',
      doNothing: 'fail',
      disruptions: [{ fault: 'release', with: { ...TRAIN, workloads: INFERENCE, overlay: 'overlays/w47' } }],
      decoys: [consumerDecoy],
    },
    'null-fill-and-dtype': {
      cause: 'row-encoding',
      doNothing: 'fail',
      disruptions: [
        { fault: 'release', with: { ...TRAIN, workload: 'feature-consumer', overlay: 'overlays/catalogue' } },
      ],
      decoys: [inferenceDecoy],
    },
    'timestamp-skew': {
      cause: 'ingest-time',
      doNothing: 'fail',
      disruptions: [
        { fault: 'release', with: { ...TRAIN, workload: 'feature-consumer', overlay: 'overlays/delivery' } },
      ],
      decoys: [inferenceDecoy],
    },
    'forked-definition': {
      cause: 'private-definition',
      doNothing: 'fail',
      disruptions: [
        { fault: 'release', with: { ...TRAIN, workload: 'inference-eu', overlay: 'overlays/eu-west' } },
      ],
      decoys: [consumerDecoy],
    },
    'scaling-mismatch': {
      cause: 'amount-scaling',
      doNothing: 'fail',
      disruptions: [
        { fault: 'release', with: { ...TRAIN, workloads: INFERENCE, overlay: 'overlays/rates' } },
      ],
      decoys: [consumerDecoy],
    },
  },

  symptoms: [
    {
      probe: 'alert',
      with: { name: PAGE },
      atLeast: 1,
      withinSeconds: 120,
      means: `PAGE ${PAGE}: what the model gets is not what it was trained with`,
    },
  ],

  causes: [
    {
      id: 'window-edges',
      component: 'inference',
      category: 'release',
      mechanism:
        'serving cuts windows of days at midnight, training lets them end at the transaction: one name, two windows',
    },
    {
      id: 'row-encoding',
      component: 'feature-consumer',
      category: 'release',
      mechanism:
        'the consumer writes other types and other fillings for what is missing than its readers compute with',
    },
    {
      id: 'ingest-time',
      component: 'feature-consumer',
      category: 'release',
      mechanism:
        'the consumer files events under the time they were delivered, training under the time they happened',
    },
    {
      id: 'private-definition',
      component: 'inference',
      category: 'release',
      mechanism: 'one region serves its own version of shared features under the shared names',
    },
    {
      id: 'amount-scaling',
      component: 'inference',
      category: 'release',
      mechanism: 'serving brings amounts to another scale than the one the model was fitted on',
    },
    {
      id: 'stale-rows',
      component: 'feature-consumer',
      category: 'capacity',
      mechanism: 'the rows are behind: what is missing in them is on its way',
    },
    {
      id: 'nightly-missed',
      component: 'features',
      category: 'data',
      mechanism: 'the nightly snapshots were not written, so that the habits of cards and merchants are old',
    },
    {
      id: 'wrong-model',
      component: 'registry',
      category: 'model',
      mechanism: 'another version is served than the one that was approved',
    },
    {
      id: 'population-changed',
      component: 'upstream',
      category: 'no-fault',
      mechanism: 'customers behave differently; the features say so correctly',
    },
  ],

  recovery: {
    holdSeconds: 12,
    minimumRequests: 120,
    checks: [SERVED_RIGHT, ROWS_RIGHT, ANSWERED],
  },

  invariants: ['alert-rules', 'champion', 'silences', 'watermarks', 'workloads', 'world'],

  redFlags: [
    ...RED_FLAGS,
    retrained(
      15,
      'a model was retrained although its inputs were wrong: it would learn the mistake, or change nothing',
    ),
    {
      id: 'another-model',
      invariant: 'champion',
      cost: 15,
      sentence: 'another model was put into service although the model was never the problem',
    },
  ],

  hints: [
    {
      text: './drill parity compares twice: rows as they are stored, and features as the model got them. Which of the two differs tells on which side of the store to look.',
      cost: 5,
    },
    {
      text: 'Take one request of the examples and compute the feature by hand from the row of its card. Then look at what was released: ./drill rollout history, ./drill rollout diff.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Every request was answered, in the usual time. Which measurement would have told you, and where has it to be taken?',
      strong:
        'Parity of features as the model got them (logged with each prediction) with the same features recomputed offline as of the request, per feature and region. Comparing tables only would miss what the reader does.',
    },
    {
      ask: 'You know that features were wrong for twenty minutes. Is undoing the release the end of it?',
      strong:
        'Only when the fault was in the reader. What a writer has left in the store stays wrong until it is rebuilt from the source of truth; and decisions made meanwhile are rescored, and kept out of the next training set or recomputed point in time.',
    },
    {
      ask: 'How do you keep two implementations of a feature from drifting apart?',
      strong:
        'Do not have two: one versioned definition from which both paths are derived, a property test of both at the window edges, parity as analysis of each rollout, owner and lineage from view to model. A change of meaning is a new name or version, and a new model.',
    },
    {
      ask: 'Somebody proposes to retrain on the features as they are served now. What do you say?',
      strong:
        'It makes a mistake permanent and mixes two meanings in one training window. Restore the definition first. If the new meaning is wanted: new view version, backfill, train, compare, switch both together.',
    },
  ],
});

import { defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';
import { causes } from './causes.ts';

/** Business seconds the fraud model's features may lag behind: DESIGN's freshness objective. */
const FRESHNESS_SLO = 3 * 3600;
/** The last midnight, and the hours that the night's job has. */
const NIGHT_SLO = 28 * 3600;
const PAGE = 'FeatureFreshnessHigh';
const NIGHT_PAGE = 'FeatureSnapshotOld';
/** What an import wrote past the gateway, which would have refused it: a sum as a person types it. */
const REFUND = {
  source: 'refund-import',
  payload: { transaction: { amount: '12,50' } },
};

const SYMPTOMS = [
  {
    probe: 'alert',
    with: { name: PAGE },
    atLeast: 1,
    withinSeconds: 60,
    means: `PAGE ${PAGE}: the fraud model decides on features older than three business hours`,
  },
  {
    probe: 'reader-freshness',
    atLeast: FRESHNESS_SLO,
    withinSeconds: 60,
    means: 'inference sees an old watermark',
  },
];

/** A guard of this bank, there in every variant: order per card counts more than progress. */
const BLOCKING = {
  fault: 'setting',
  with: {
    workload: 'feature-consumer',
    settings: { 'ingest.on_bad_event': 'block' },
    actor: 'payments',
    reason: 'order of events per card, CHG-1986',
  },
};

/** The same train on the same day, with a limit far above the traffic; live, because a restart ages features too. */
const HARMLESS_TRAIN = {
  fault: 'setting',
  with: {
    workload: 'feature-consumer',
    actor: 'release-train',
    reason: 'weekly release train, CHG-2214',
    settings: { 'ingest.max_events_per_second': 4000 },
  },
};

/** With the page's bound 7.5 wall seconds away, a cure that does not last shows well inside of the time it has to hold. */
const HOLD_SECONDS = 12;

const RECOVERED = [
  {
    probe: 'feature-staleness',
    atMost: FRESHNESS_SLO,
    means: 'rows recomputed from the event log are in the online store (business seconds behind)',
  },
  {
    probe: 'reader-freshness',
    atMost: FRESHNESS_SLO,
    means: 'inference reads fresh features (business seconds)',
  },
  ANSWERED,
];

export default defineScenario({
  id: 'stale-online-features',
  number: 35,
  title: 'The fraud desk says the model is living in the past',
  level: 'mid',
  minutes: 20,
  tags: ['features', 'freshness', 'streaming', 'fraud'],
  covers: ['003-43', '003-59', '003-175'],
  targets: TARGETS,

  // A quieter day than usual: what is broken here does not need more, and a laptop has other things to do.
  workload: { 'traffic.rate': 40 },

  steadyState: [
    READY,
    paying(5),
    ANSWERED,
    {
      probe: 'feature-staleness',
      atMost: FRESHNESS_SLO / 3,
      means: 'the online store holds what the log holds',
    },
    ...notPaged(PAGE, NIGHT_PAGE),
  ],

  posture: [BLOCKING],

  variants: {
    base: {
      cause: 'ingest-limit',
      doNothing: 'fail',
      targets: { compose: 'supported' },
      disruptions: [
        {
          fault: 'release',
          with: {
            workload: 'feature-consumer',
            actor: 'release-train',
            reason: 'weekly release train, CHG-2214',
            // The change request meant 0.2 events per millisecond; the setting counts seconds.
            settings: { 'ingest.max_events_per_second': 0.2 },
          },
        },
      ],
    },

    'poison-event': {
      cause: 'poison-event',
      doNothing: 'fail',
      decoys: [HARMLESS_TRAIN],
      disruptions: [{ fault: 'event', with: { partition: 2, change: REFUND } }],
      symptoms: [
        ...SYMPTOMS,
        {
          probe: 'alert',
          with: { name: 'EventLogHandlerFailing' },
          atLeast: 1,
          withinSeconds: 90,
          means: 'a consumer group fails on the same batch again and again',
        },
      ],
      // A live change that no revision holds is gone after the restart; a record that was only deleted has brothers.
      durability: {
        replay: [
          { fault: 'restart', with: { workloads: ['feature-consumer'] } },
          { fault: 'event', with: { partition: 1, change: REFUND } },
        ],
        withinSeconds: 30,
        holdSeconds: HOLD_SECONDS,
        means: 'neither a restart of the consumer nor the next event of this kind brings it back',
      },
    },

    'hourly-job-eight-hours-stale': {
      cause: 'partition-left-out',
      doNothing: 'fail',
      disruptions: [
        {
          fault: 'release',
          with: {
            workload: 'feature-consumer',
            actor: 'release-train',
            reason: 'weekly release train, CHG-2214: rows are written in rounds',
            overlay: 'overlays/rounds',
          },
        },
      ],
    },

    // The page waits for a night that is not written: up to a business day and a half.
    'mixed-cadence-views': {
      cause: 'shared-cadence',
      doNothing: 'fail',
      decoys: [HARMLESS_TRAIN],
      disruptions: [
        {
          fault: 'release',
          with: {
            workload: 'features',
            actor: 'release-train',
            reason: 'weekly release train, CHG-2214: one time to live for online rows',
            overlay: 'overlays/cadence',
          },
        },
      ],
      symptoms: [
        {
          probe: 'alert',
          with: { name: NIGHT_PAGE },
          atLeast: 1,
          withinSeconds: 120,
          means: `PAGE ${NIGHT_PAGE}: what the fraud model knows of a card's habits is of the day before yesterday`,
        },
        {
          probe: 'promql',
          with: { query: 'max(firedrill_feature_freshness_seconds)' },
          atMost: FRESHNESS_SLO,
          withinSeconds: 10,
          means: 'what the card did in the last hours is there',
        },
      ],
      recovery: {
        holdSeconds: HOLD_SECONDS,
        minimumRequests: 120,
        checks: [
          {
            probe: 'snapshot-age',
            atMost: NIGHT_SLO,
            means: 'the nightly rows describe the last midnight (business seconds ago)',
          },
          ...RECOVERED,
        ],
      },
      durability: {
        replay: [{ fault: 'restart', with: { workloads: ['features'] } }],
        withinSeconds: 30,
        holdSeconds: HOLD_SECONDS,
        means: 'a restart of the feature service does not bring it back',
      },
    },

    'quiet-night': {
      cause: 'quiet-traffic',
      doNothing: 'pass',
      noFault: true,
      // This bank dates a partition without events once a day only, so that it grows old.
      posture: [
        BLOCKING,
        {
          fault: 'release',
          with: {
            workload: 'feature-consumer',
            actor: 'fraud-features',
            reason: 'fewer writes on idle partitions, CHG-1874',
            overlay: 'overlays/partitions',
          },
        },
      ],
      decoys: [HARMLESS_TRAIN],
      // A transaction in two or three seconds, four partitions.
      disruptions: [{ fault: 'shift', with: { shift: 'quiet', parameters: { volume: 0.01 } } }],
      recovery: {
        // Long enough for somebody to pay.
        holdSeconds: 20,
        minimumRequests: 1,
        checks: [
          {
            probe: 'feature-staleness',
            with: { hours: 24 },
            atMost: FRESHNESS_SLO,
            means: 'what little was paid is in the online store (business seconds behind)',
          },
        ],
      },
    },
  },

  symptoms: SYMPTOMS,

  causes,

  recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 120, checks: RECOVERED },

  durability: {
    replay: [{ fault: 'restart', with: { workloads: ['feature-consumer'] } }],
    withinSeconds: 30,
    holdSeconds: HOLD_SECONDS,
    means: 'a restart of the consumer does not bring it back',
  },

  invariants: ['alert-rules', 'silences', 'watermarks', 'workloads', 'world'],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'watermark-forged',
      invariant: 'watermarks',
      cost: 20,
      sentence:
        'the watermark was written by hand: the model still decides on old features, and now nobody can see it',
    },
    retrained(10, 'a model was retrained although the model was never the problem'),
  ],

  hints: [
    {
      text: 'Who writes the rows that inference reads, and how far has it come? Compare what goes into the event log with what comes out.',
      cost: 5,
    },
    {
      text: 'A growing backlog behind a healthy process. Is it one partition or all of them? Look at lag and watermark by partition, then at what the consumer logs and at what changed (./drill rollout history).',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Every health check was green. What should have told you, and who should compute it?',
      strong:
        'Freshness as the reader sees it: business now minus the watermark, measured where features are used, with an objective per view. A writer that reports its own freshness goes blind together with its mistake.',
    },
    {
      ask: 'Two million in transactions were decided on old features. What do you do about those?',
      strong:
        'Find them from prediction events (feature age is recorded), rescore with point-in-time features from the offline store, hand the changed decisions to the fraud desk, and say so to risk and compliance.',
    },
    {
      ask: 'How do you keep this release from going out again?',
      strong:
        "A bound in the setting's schema, consumer lag and freshness as rollout analysis with automatic undo, a canary of one partition, and a policy for models that must refuse to decide on stale features.",
    },
    {
      ask: 'One event in a million cannot be read. Should the reader stop or go on without it?',
      strong:
        'It depends on what order is worth: a ledger stops, features go on, put the event aside where somebody sees it (alert on the first), and replay it after it was mended. Deleting it loses a payment, and the next one comes. The contract is enforced where events are written, for every producer.',
    },
    {
      ask: 'After the fix a backlog has to be worked off. What can go wrong now?',
      strong:
        'The catch-up competes with serving for the store: keep a sane limit, watch latency, keep order per card, rely on idempotent writes, and tell people when the backlog will be gone.',
    },
  ],
});

import { type Check, type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';
import { causes } from './causes.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
const HOLD_SECONDS = 12;
/** A healthy bank has a few per cent, of events that were applied late; each of the variants has most of them. */
const FEW = 0.15;

const inference = (actor: string, reason: string, settings: Record<string, unknown>): Disruption[] =>
  REGIONS.map((workload) => ({ fault: 'setting', with: { workload, settings, actor, reason } }));

/** One release of serving, in both regions. */
const release = (overlay: string): Disruption => ({
  fault: 'release',
  with: {
    workloads: [...REGIONS],
    actor: 'release-train',
    reason: 'weekly release train, CHG-2274',
    overlay: `overlays/${overlay}`,
  },
});

/** The train of the same day at the gateway: it takes late transactions of three more days. */
const TRAIN: Disruption = {
  fault: 'setting',
  with: {
    workload: 'gateway',
    settings: { 'timestamp.max_behind_days': 10 },
    actor: 'release-train',
    reason: 'weekly release train, CHG-2273',
  },
};

/** Half a point apart counts: an average that everybody gets lies further than that from nearly every score. */
const MODEL_DECIDES: Check = {
  probe: 'score-mismatch',
  with: { tolerance: 0.005 },
  atMost: FEW,
  means: 'scores, made again by the engine, are those of the approved model (share that is not)',
};

const ON_FEATURES: Check = {
  probe: 'decided-blind',
  with: {
    declared: 'count',
    features: ['card_tx_count_7d', 'card_amount_sum_24h', 'card_seconds_since_last'],
    seconds: 8,
  },
  atMost: FEW,
  means: 'decisions are made on features as their definition says (share that is not)',
};

const page = (name: string, means: string) => ({
  probe: 'alert',
  with: { name },
  atLeast: 1,
  withinSeconds: 60,
  means: `PAGE ${name}: ${means}`,
});
const notTheModel = (share: number) => ({
  ...MODEL_DECIDES,
  atMost: undefined,
  atLeast: share,
  withinSeconds: 60,
  means: 'customers get scores that the approved model never gave',
});

const AVERAGED = release('answers');

export default defineScenario({
  id: 'silent-default-fallback',
  number: 37,
  title: 'Not one error, and nobody can say who decides',
  level: 'mid',
  minutes: 20,
  tags: ['serving', 'fallback', 'degradation', 'observability', 'fraud'],
  covers: ['003-159'],
  targets: TARGETS,

  // Enough for the distribution of scores of a quarter of a day, at night too.
  workload: { 'traffic.rate': 70 },
  steadyState: [
    READY,
    paying(20),
    ANSWERED,
    MODEL_DECIDES,
    ...notPaged('ScoreDriftHigh', 'QualityBreakerOpen', 'FeatureDefaultsHigh'),
  ],

  variants: {
    base: {
      cause: 'error-averaged',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [AVERAGED],
      prevention: {
        again: [AVERAGED],
        // 300 scores of the busier region, after it has come up again.
        afterSeconds: 25,
        holdSeconds: 6,
        checks: [
          {
            probe: 'alert',
            with: { name: 'QualityBreakerOpen' },
            atLeast: 1,
            means: 'somebody is told that scores cannot be right',
          },
          ANSWERED,
        ],
        points: 5,
        means: 'the same answer for everybody does not pass as a model any more',
      },
    },

    'unmarked-defaults': {
      cause: 'lookup-hidden',
      doNothing: 'fail',
      decoys: [TRAIN],
      disruptions: [release('lookups')],
      symptoms: [
        page('FeatureDefaultsHigh', 'the fraud model decides without what is known of the card'),
        {
          ...ON_FEATURES,
          with: { ...ON_FEATURES.with, declared: 'allow' },
          atMost: undefined,
          atLeast: 0.5,
          withinSeconds: 60,
          means: 'decisions are made on other features than known, and do not say so',
        },
      ],
      recovery: {
        holdSeconds: HOLD_SECONDS,
        minimumRequests: 150,
        // On a busy machine events are applied late: a quarter of the rows differ. Broken it is nearly all of them.
        checks: [{ ...ON_FEATURES, atMost: 0.4 }, ANSWERED, READY],
      },
    },

    'hasty-breaker': {
      cause: 'breaker-hasty',
      doNothing: 'fail',
      posture: inference('risk', 'rules stand in for a model that errs, RSK-126', {
        'quality.breaker': 'enforce',
      }),
      decoys: [TRAIN],
      // The band of the textbook, on as many scores as come in a second.
      disruptions: inference('risk', 'react within a second, RSK-131', {
        'quality.window': 10,
        'quality.max_psi': 0.25,
      }),
      symptoms: [
        page('QualityBreakerOpen', 'the scores of the fraud model cannot be right, it says'),
        notTheModel(0.25),
      ],
    },
  },

  symptoms: [
    page('ScoreDriftHigh', 'scores of the fraud model are distributed unlike in training'),
    notTheModel(0.5),
  ],

  causes,

  recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 150, checks: [MODEL_DECIDES, ANSWERED, READY] },

  invariants: ['champion', 'guards', 'timeouts', 'alert-rules', 'silences', 'workloads', 'world'],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'guard-weakened',
      invariant: 'guards',
      cost: 20,
      sentence: 'what stands between a bad model and a customer was weakened',
    },
    {
      id: 'another-champion',
      invariant: 'champion',
      cost: 10,
      sentence: 'another model was promoted, although the one in production was never the problem',
    },
    retrained(15, 'a model was trained although the one there is was never the problem'),
  ],

  hints: [
    {
      text: 'A request has three ways to be answered: by the model on features, by the model on defaults, by somebody else. Every one of them has a counter. Do they add up to the answers that customers get, and does the time of each stage look like work?',
      cost: 5,
    },
    {
      text: 'Compare what an answer says of itself (model, source, degraded) with what the parts it needs say: lookups by result, the stage of the model, the state of both breakers. Then ask what changed in the part that disagrees.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'What has to be true of every fallback before it may go live?',
      strong:
        'It is marked in the answer and in the record, counted by reason, has an owner, and its share is an objective with an alert. Whoever cannot tell it from the real thing trains on it next month.',
    },
    {
      ask: 'Which objective would have shown this, when availability and latency could not?',
      strong:
        'Share of requests decided by the approved model on fresh features, as good events over all of them; the share of fallbacks is its error budget. And constancy: distinct scores per minute, distribution against training.',
    },
    {
      ask: 'When is an error better than a default?',
      strong:
        'When the default costs more than the retry: approving fraud, a dose, a price. Then refuse, or hand it to a person; fail open only where the loss is small and known. That is a business decision, written down per model.',
    },
    {
      ask: 'How do you choose window and threshold of a breaker on distributions?',
      strong:
        'From its false alarms: the expected PSI of no change is about (bins - 1)(1/n + 1/m), so that ten scores exceed 0.25 nearly always and three hundred hardly ever exceed 1. Replay clean weeks, pick the rate you can bear, then see how fast it finds a real fault.',
    },
    {
      ask: 'What about the decisions made meanwhile?',
      strong:
        'Find them by version, time and score, score them again, hand changed ones to the fraud desk, and keep them out of training and monitoring: their features or scores are not what they claim.',
    },
  ],
});

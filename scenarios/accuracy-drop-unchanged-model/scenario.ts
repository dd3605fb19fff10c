import { type Check, type Disruption, defineScenario, type RedFlag } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';
import { CAUSES } from './causes.ts';

/** How long a cure has to hold, wall seconds: eight business hours. */
const HOLD_SECONDS = 20;
/**
 * Share of decisions about a wrong amount. A healthy bank has none, and the interval of none among the 300 of a quiet
 * night ends at 0.01; a channel that is not understood makes a seventh of them.
 */
const MISUNDERSTOOD = 0.03;

const UNDERSTOOD: Check = {
  probe: 'amount-mismatch',
  with: { seconds: 10 },
  atMost: MISUNDERSTOOD,
  means: 'the model decides about the amounts that customers really pay',
};
const alert = (name: string, means: string, withinSeconds: number) => ({
  probe: 'alert',
  with: { name },
  atLeast: 1,
  withinSeconds,
  means,
});
const HEALTHY: Check[] = [READY, paying(20), ANSWERED, UNDERSTOOD];

/**
 * On a slow machine a bank that was just started has a few hours in which nobody paid, and pages for their counts, which
 * are too low for a day. Of amounts it knows at once that they are as ever: over all channels, because a single one takes
 * minutes to have rows enough, and Prometheus shows its last value for as long.
 */
const AMOUNT_DRIFT = 'max(firedrill_monitor_drift_psi{feature="amount_eur",region="all",channel="all"})';

const SPENDING_AS_EVER: Check = {
  probe: 'promql',
  with: { query: AMOUNT_DRIFT },
  atMost: 0.15,
  means: 'people spend what they spent in training',
};
const SPENDING_PAGE = {
  probe: 'promql',
  with: {
    query: `count(ALERTS{alertname="FeatureDriftHigh",alertstate="firing"}) and on () ${AMOUNT_DRIFT} > 0.2`,
  },
  atLeast: 1,
  withinSeconds: 120,
  means: 'PAGE FeatureDriftHigh: features are distributed unlike in training',
};

/** The train of the day: longer patience with inference, which never needs it. Live, so that nothing restarts. */
const RELEASE_TRAIN: Disruption = {
  fault: 'setting',
  with: {
    workload: 'gateway',
    actor: 'release-train',
    reason: 'weekly release train, CHG-2214',
    settings: { 'upstream.timeout_ms': 1200 },
  },
};

/** A business day holds about ninety frauds, whose interval is five points wide; healthy is 0.95, and chance 0.5. */
const RANKS: Check = {
  probe: 'true-quality',
  with: { measure: 'auc', seconds: 60 },
  atLeast: 0.75,
  means: 'the model ranks fraud above honest purchases',
};

const INVARIANTS = ['alert-rules', 'silences', 'workloads', 'world'];

const RETRAINED = retrained(
  20,
  'a model was trained although the model is as good as on the day it was approved',
);
const REPLACED: RedFlag = {
  id: 'model-replaced',
  invariant: 'champion',
  cost: 20,
  sentence: 'the model was replaced although it is as good as on the day it was approved',
};

const TAUGHT_UNSAID = 'a model was trained before anybody had said what it should learn';
const punished = (sentence: string): RedFlag => ({
  id: 'channel-punished',
  action: '^source\\.quarantine$',
  cost: 20,
  sentence,
});

/** Share of the day's purchases that analysts look at; 0.02 as approved. */
const QUEUE_GROWS = {
  probe: 'promql',
  with: {
    query: 'max(firedrill_monitor_decision_ratio{decision="review"})',
  },
  atLeast: 0.05,
  withinSeconds: 150,
  means: 'the fraud desk gets far more to review than it can look at',
};
/** Over a business day, because nights differ from days; it holds about ninety frauds. */
const ofTheDay = (measure: string) => ({ probe: 'true-quality', with: { measure, seconds: 60 } });
const WORTH_THE_WORK: Check[] = [
  { ...ofTheDay('review_ratio'), atMost: 0.06, means: 'analysts can look at what the model sends them' },
  { ...ofTheDay('false_decline_ratio'), atMost: 0.01, means: 'honest customers are not declined' },
  { ...ofTheDay('recall'), atLeast: 0.3, means: 'thieves are still found' },
];

export default defineScenario({
  id: 'accuracy-drop-unchanged-model',
  number: 1,
  title: 'The fraud model gets worse, and nobody has touched it',
  level: 'junior',
  minutes: 25,
  tags: ['monitoring', 'data-quality', 'drift', 'fraud'],
  covers: ['000-S1', '002-Q12', '004-Q8', '004-Q10', '004-Q17'],
  targets: TARGETS,

  // This bank has no agreement with its partner yet, in every variant.
  posture: [
    {
      fault: 'setting',
      with: {
        workload: 'gateway',
        settings: { 'contracts.partner.mode': 'off' },
        actor: 'partner-integration',
        reason: 'until the partner has signed, CHG-2107',
      },
    },
  ],

  steadyState: [...HEALTHY, ...notPaged('InputContractBroken')],

  variants: {
    base: {
      cause: 'partner-format',
      doNothing: 'fail',
      decoys: [RELEASE_TRAIN],
      disruptions: [{ fault: 'shift', with: { shift: 'partner-software' } }],
      durability: {
        replay: [{ fault: 'restart', with: { workloads: ['gateway'] } }],
        withinSeconds: 60,
        holdSeconds: 12,
        means: 'a restart of the gateway does not bring it back',
      },
    },

    season: {
      cause: 'season',
      noFault: true,
      doNothing: 'pass',
      decoys: [RELEASE_TRAIN],
      disruptions: [{ fault: 'shift', with: { shift: 'holiday', parameters: { volume: 1.1, amount: 2.2 } } }],
      steadyState: [...HEALTHY, SPENDING_AS_EVER],
      symptoms: [SPENDING_PAGE],
      recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 400, checks: [RANKS, UNDERSTOOD, ANSWERED] },
      redFlags: [
        ...RED_FLAGS,
        RETRAINED,
        REPLACED,
        punished('every customer of a channel was sent to review because people spend more before a feast'),
      ],
    },

    'true-data-drift': {
      cause: 'new-customers',
      doNothing: 'fail',
      decoys: [RELEASE_TRAIN],
      disruptions: [
        {
          fault: 'shift',
          with: {
            shift: 'new-demographic',
            parameters: { share: 0.4, cards: 8_000, level: 6, nightly: 8 },
          },
        },
      ],
      steadyState: [...HEALTHY, SPENDING_AS_EVER],
      symptoms: [SPENDING_PAGE, QUEUE_GROWS],
      recovery: {
        // At the page half of the day that is looked at lies before they came; this is past it.
        holdSeconds: 40,
        minimumRequests: 400,
        checks: [...WORTH_THE_WORK, UNDERSTOOD, ANSWERED],
      },
      // Here alone the usual retraining is right, as soon as there are labels of those who are new.
      invariants: INVARIANTS,
      redFlags: [
        ...RED_FLAGS,
        { ...RETRAINED, before: 'submit', sentence: TAUGHT_UNSAID },
        punished('every customer of a channel was sent to review, old ones and new ones'),
      ],
    },

    'true-concept-drift': {
      cause: 'label-rule',
      doNothing: 'fail',
      decoys: [RELEASE_TRAIN],
      disruptions: [
        {
          fault: 'shift',
          with: { shift: 'disputes', parameters: { channel: 'webshop', from_eur: 150, share: 0.7 } },
        },
      ],
      steadyState: [...HEALTHY, ...notPaged('ModelQualityLow')],
      symptoms: [
        {
          ...alert(
            'ModelQualityLow',
            'PAGE ModelQualityLow: on matured labels the fraud model is not good enough, not even with luck',
            240,
          ),
          waitsForLabels: true,
        },
      ],
      recovery: {
        holdSeconds: HOLD_SECONDS,
        minimumRequests: 400,
        checks: [
          {
            probe: 'true-quality',
            with: { measure: 'auc', seconds: 20, channel: 'webshop' },
            atLeast: 0.85,
            means: 'in the webshop the model ranks what counts as fraud above what does not',
          },
          UNDERSTOOD,
          ANSWERED,
        ],
      },
      // A new model is the answer here, once it is known what it has to learn.
      invariants: INVARIANTS,
      redFlags: [
        ...RED_FLAGS,
        {
          ...RETRAINED,
          before: 'submit',
          sentence: TAUGHT_UNSAID,
        },
      ],
    },
  },

  symptoms: [
    alert(
      'InputContractBroken',
      'PAGE InputContractBroken: the fraud model gets values that the definition of a feature does not allow',
      90,
    ),
    alert('FeatureDriftHigh', 'features are distributed unlike in training', 120),
  ],

  causes: CAUSES,

  recovery: { holdSeconds: HOLD_SECONDS, minimumRequests: 400, checks: [UNDERSTOOD, ANSWERED] },

  invariants: ['champion', ...INVARIANTS],

  redFlags: [...RED_FLAGS, RETRAINED, REPLACED],

  hints: [
    {
      text: 'The model is the same. So it is what it is asked, or what counts as a right answer. Which of the two can be seen before labels come?',
      cost: 5,
    },
    {
      text: 'An average hides who moved. Cut everything by where it comes from: ./drill drift report --by channel, ./drill source list, approvals by channel. Does one channel stand out, all of them, or none?',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Somebody proposes to retrain at once, it takes minutes. What do you say?',
      strong:
        'Not before we know what moved. Bad data: the next model learns the fault, and the data are the same tomorrow. Another rule for labels: the training window has to begin after the change. A season: nothing to learn. Only a population that has really changed, on clean data, is a reason, and then as a challenger behind a gate.',
    },
    {
      ask: 'How would you have known before accuracy fell?',
      strong:
        'Contracts at the border of every source (range, codes, median by currency), missing and new values, PSI per feature and per source with bands and an action for each, the distribution of scores and approvals by source. They need no labels; accuracy comes a business day late.',
    },
    {
      ask: 'What do you watch beside accuracy, and why does accuracy alone mislead here?',
      strong:
        'Fraud is one in seventy: who calls everything honest is 98.5 % accurate. AUC and recall with intervals on matured labels, precision of alerts and false declines by source and segment, label coverage and delay, score distribution, complaints and money.',
    },
    {
      ask: 'The source is mended. What did the wrong hours leave behind?',
      strong:
        'Wrong amounts in every card window they fell into, for seven and thirty days, and in the lake. Quarantine keeps them out from then on; what got in before has to be read again from the messages as they came, or marked so that no training set takes it.',
    },
    {
      ask: 'Retraining takes two days. What bridges them?',
      strong:
        'What needs no model: the affected source to review or to rules, a threshold agreed with its owner and an end date, an older model if it is better on that slice, and a number for what each hour costs.',
    },
  ],
});

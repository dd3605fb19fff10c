import { type Check, type Disruption, defineScenario } from '../../engine/contract/scenario.ts';
import { ANSWERED, notPaged, paying, READY, RED_FLAGS, retrained, TARGETS } from '../usual.ts';

const REGIONS = ['inference-eu', 'inference-us'] as const;
const PAGE = 'ScoreLatencyHigh';
/** Wall seconds: what ScoreLatencyHigh calls slow, and what customers were promised for 99 of 100. */
const LATENCY_SLO = 0.25;
const BUDGET = 'model.max_row_ms';
/** Each tree four times, a part of its thresholds apart: most of a gigabyte as tensors. */
const SMOOTHED = { copies: 4, spread: 0.015 };

const version = (reason: string, register: Record<string, unknown>, alias?: object): Disruption => ({
  fault: 'registry',
  with: { actor: 'fraud-modelling', reason, register, ...(alias && { alias }) },
});

/** The same run has been exported in another form, too. */
const CANDIDATE = version('candidate of the quarter, MOD-50', {
  description: 'smoothed 4x, exported as trees',
  tags: { run: 'smooth-212', export: 'trees' },
  smoothed: SMOOTHED,
});
const promoted = version(
  'champion of the quarter, MOD-52',
  {
    description: 'smoothed 4x, exported as tensors',
    tags: { run: 'smooth-212', export: 'tensors' },
    smoothed: SMOOTHED,
    form: 'tensors',
  },
  { name: 'champion' },
);

const IN_TIME: Check = {
  probe: 'served',
  with: { measure: 'ratio', within: LATENCY_SLO },
  atLeast: 0.97,
  means: 'customers have the decision of a model within what they were promised (share)',
};
/** A bank that is well finds about half of it; what a person decides, or rules, has no score and does not count. */
const FOUND: Check = {
  probe: 'true-quality',
  with: { measure: 'recall', seconds: 30 },
  atLeast: 0.2,
  means: 'a model finds the fraud that there is, by the truth of the world (recall)',
};
const SAME: Check = {
  probe: 'score-mismatch',
  with: { tolerance: 0.05 },
  atMost: 0.15,
  means:
    'answers, scored again with the model that was approved, are about what it gives (share that is not)',
};

export default defineScenario({
  id: 'oversized-model-subsecond-slo',
  number: 13,
  title: 'Right answers that take too long, and memory that climbs',
  level: 'mid',
  minutes: 20,
  tags: ['latency', 'serving', 'registry', 'capacity', 'cost'],
  covers: ['000-S13', '002-Q22', '003-92'],
  targets: TARGETS,

  // A bad week: there is enough fraud to tell whether a model looks for it. Customers enough that a quick machine is slow,
  // too; and they wait for seconds, and nobody asks twice, so that on a slow one it is no storm in which nothing can be
  // seen or mended.
  workload: { 'traffic.rate': 160, 'traffic.swing': 0, 'traffic.timeout_ms': 5_000, 'fraud.share': 0.05 },
  steadyState: [READY, paying(10), ANSWERED, IN_TIME, FOUND, SAME, ...notPaged(PAGE)],
  posture: [
    ...REGIONS.map((workload) => ({
      fault: 'setting',
      with: {
        workload,
        settings: { [BUDGET]: 0 },
        actor: 'platform',
        reason: 'every model has a budget of its own, to be agreed, CHG-2260',
      },
    })),
    {
      fault: 'setting',
      with: {
        workload: 'gateway',
        settings: { 'upstream.timeout_ms': 4_000, 'retry.attempts': 1 },
        actor: 'platform',
        reason: 'whoever pays waits for the answer, CHG-2259',
      },
    },
    CANDIDATE,
  ],

  variants: {
    base: {
      cause: 'model-too-big',
      doNothing: 'fail',
      decoys: [
        {
          fault: 'setting',
          with: {
            workload: 'gateway',
            settings: { 'timestamp.max_behind_days': 10 },
            actor: 'release-train',
            reason: 'weekly release train, CHG-2261',
          },
        },
      ],
      disruptions: [promoted],
    },
  },

  symptoms: [
    {
      probe: 'alert',
      with: { name: PAGE },
      atLeast: 1,
      withinSeconds: 90,
      means: `PAGE ${PAGE}: the slowest of the scoring requests take longer than promised`,
    },
    {
      probe: 'promql',
      with: {
        query:
          'histogram_quantile(0.9, sum by (le) (rate(firedrill_inference_stage_duration_seconds_bucket{stage="model"}[30s])))',
      },
      atLeast: 0.03,
      withinSeconds: 60,
      means: 'of the stages of scoring it is the model that takes the time (seconds, nine of ten)',
    },
    {
      probe: 'promql',
      with: { query: 'max(max_over_time(process_resident_memory_bytes{job=~"inference-.+"}[1m]))' },
      atLeast: 600_000_000,
      withinSeconds: 60,
      means: 'a process of inference holds far more memory than before (bytes)',
    },
  ],

  causes: [
    {
      id: 'model-too-big',
      component: 'model',
      category: 'model',
      mechanism:
        'the version that was promoted answers as it should, and needs some hundred times the time and several times the memory for it',
    },
    {
      id: 'model-wrong',
      component: 'model',
      category: 'model',
      mechanism: 'the version that was promoted gives scores that nobody has approved',
    },
    {
      id: 'memory-leak',
      component: 'inference-eu',
      category: 'release',
      mechanism: 'the release of the week never gives memory back, and collecting it takes the time',
    },
    {
      id: 'store-slow',
      component: 'redis-online',
      category: 'network',
      mechanism: 'the online store, or the way to it, is slow, and requests pile up in memory meanwhile',
    },
    {
      id: 'more-customers',
      component: 'upstream',
      category: 'capacity',
      mechanism: 'there are more customers than the bank has places for',
    },
    {
      id: 'noisy-neighbour',
      component: 'inference-eu',
      category: 'capacity',
      mechanism: 'another program on the machine takes the processor and the memory',
    },
  ],

  recovery: { holdSeconds: 12, minimumRequests: 200, checks: [IN_TIME, FOUND, SAME, READY] },

  durability: {
    replay: [{ fault: 'restart', with: { workloads: [...REGIONS] } }],
    withinSeconds: 60,
    holdSeconds: 8,
    means: 'a restart of inference does not bring it back',
  },

  prevention: {
    again: [promoted],
    afterSeconds: 30,
    holdSeconds: 8,
    checks: [IN_TIME],
    points: 5,
    means: 'a version that takes too long for a row takes no traffic',
  },

  // Not the champion: whichever version keeps both promises may be it.
  invariants: [
    'workloads',
    'world',
    'alert-rules',
    'silences',
    'approved',
    'timeouts',
    'admission',
    'guards',
  ],

  redFlags: [
    ...RED_FLAGS,
    {
      id: 'scaled',
      action: '^scale$',
      object: 'inference',
      cost: 10,
      sentence: 'replicas were added, each with the same memory, and no answer is faster for it',
    },
    {
      id: 'waits-longer',
      invariant: 'timeouts',
      cost: 10,
      sentence: 'somebody waits longer now instead of being answered sooner',
    },
    retrained(10, 'a model was trained although the question was how to serve one'),
  ],

  hints: [
    {
      text: 'Scoring has stages, and each has a histogram. Which of them grew, and what else changed at that minute?',
      cost: 5,
    },
    {
      text: 'The answers are right. So ask the registry what there is that gives the same answers: a run may have been exported more than once.',
      cost: 10,
    },
  ],

  questions: [
    {
      ask: 'Data science wants to ship a model that needs 32 GB and five seconds; the product has one second. How do you go about it?',
      strong:
        'First the constraints: which latency, at which percentile, which budget, and what is a point of accuracy worth. Then measure options on one frontier of accuracy, latency, memory and cost: another runtime or form of the same model, quantise, prune, distil, a cascade (small model first, the big one for doubtful cases, asynchronously), precompute what is not urgent, cache what repeats. Ship one that all accept, write down why, with the gate that keeps it so.',
    },
    {
      ask: 'Why is the file of a megabyte a gigabyte in memory?',
      strong:
        'The matrix of questions by leaves is stored sparse and becomes dense when it is loaded; runtimes repack weights too. Resident memory after a load and a run is the figure that counts, not the size of a file.',
    },
    {
      ask: 'Accuracy may not fall by anything. What now?',
      strong:
        'Keep the function and change how it is computed: export as trees, a compiled runtime, batching, an accelerator that the form was made for. Or a cascade: the small model decides where both always agree, the big one gets the rest within its time, and the share that it gets is watched.',
    },
    {
      ask: 'What has to be in a promotion gate so that this does not come back?',
      strong:
        'Time of a row and resident memory, measured on what serves, beside the metrics of quality and golden requests; a shadow or canary whose latency is compared with the champion at real traffic; a refusal that says which budget and by how much.',
    },
  ],
});

/** Wall seconds: what ScoreLatencyHigh calls slow, and what customers were promised for 99 of 100. */
const LATENCY_SLO = 0.25;
export const PAGE = 'ScoreLatencyHigh';

export const IN_TIME = {
  probe: 'world',
  with: { measure: 'p99_seconds', seconds: 10 },
  atMost: LATENCY_SLO,
  means: '99 of 100 customers have their answer in time (seconds)',
};
export const ANSWERED = {
  probe: 'world',
  with: { measure: 'answered_ratio', seconds: 20 },
  atLeast: 0.98,
  means: 'customers get answers',
};
/** What a slow store, a kept row or a default changes first. Nightly values change at once when the job has run. */
const STREAMED = ['card_tx_count_7d', 'card_amount_sum_24h', 'card_seconds_since_last'];
export const HONEST = {
  probe: 'decided-blind',
  with: { declared: 'allow', features: STREAMED, seconds: 8 },
  atMost: 0.15,
  means: "decisions on other features than their definition's say so (share that does not)",
};
export const READY = { probe: 'workloads-ready', atLeast: 1, means: 'every part of the platform is ready' };

export const LATENCY_SYMPTOMS = [
  {
    probe: 'alert',
    with: { name: PAGE },
    atLeast: 1,
    withinSeconds: 60,
    means: `PAGE ${PAGE}: the slowest of the scoring requests take longer than promised`,
  },
  {
    probe: 'promql',
    with: {
      query:
        'histogram_quantile(0.99, sum by (le) (rate(firedrill_inference_stage_duration_seconds_bucket{stage="feature"}[10s])))',
    },
    atLeast: LATENCY_SLO,
    withinSeconds: 60,
    means: 'of the stages of scoring it is the features that take the time',
  },
];

/** Wall seconds: what ScoreLatencyHigh calls slow, and what customers were promised for 99 of 100. */
const LATENCY_SLO = 0.25;
export const PAGE = 'ScoreLatencyHigh';
export const LOST_PAGE = 'MissingFeaturesHigh';

export const IN_TIME = {
  probe: 'world',
  with: { measure: 'p99_seconds', seconds: 10 },
  atMost: LATENCY_SLO,
  means: '99 of 100 customers have their answer in time (seconds)',
};
/** What a slow store, a kept row or a default changes first. Nightly values change at once when the job has run. */
const STREAMED = ['card_tx_count_7d', 'card_amount_sum_24h', 'card_seconds_since_last'];
export const HONEST = {
  probe: 'decided-blind',
  with: { declared: 'allow', features: STREAMED, seconds: 8 },
  atMost: 0.15,
  means: "decisions on other features than their definition's say so (share that does not)",
};
export const RIGHT = {
  probe: 'decided-blind',
  with: { declared: 'count', features: STREAMED, seconds: 8 },
  atMost: 0.15,
  means: 'decisions are made on features as their definition says (share that is not)',
};
/** For a model that may say no. A customer tries twice, so that a refusal takes a little longer than an answer. */
export const TOLD = {
  probe: 'told-in-time',
  with: { within: 0.35, seconds: 10 },
  atLeast: 0.97,
  means: 'customers are told in time: a decision, a review or a refusal',
};
export const NOT_BLIND = { ...RIGHT, means: 'nothing is decided on kept or default rows (share that is)' };
export const WHOLE = {
  probe: 'rows-lost',
  atMost: 0.03,
  means: 'the online store holds the rows that it held before (share that is lost)',
};

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

/** Rows that were written every night come back with the next night; those of busy cards with their next payment. */
export const LOST_SYMPTOMS = [
  {
    probe: 'alert',
    with: { name: LOST_PAGE },
    atLeast: 1,
    withinSeconds: 90,
    means: `PAGE ${LOST_PAGE}: the fraud model is asked without features that it always had`,
  },
  {
    probe: 'promql',
    with: { query: 'sum(increase(firedrill_inference_predictions_total{source="default"}[60s]))' },
    atLeast: 50,
    withinSeconds: 60,
    means: 'inference takes cards for new ones that the bank has known for years',
  },
];

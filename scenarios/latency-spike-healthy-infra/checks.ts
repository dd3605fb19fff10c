/** Wall seconds: what ScoreLatencyHigh calls slow, and what customers were promised for 99 of 100. */
const LATENCY_SLO = 0.25;
export const PAGE = 'ScoreLatencyHigh';

export const IN_TIME = {
  probe: 'world',
  with: { measure: 'p99_seconds', seconds: 10 },
  atMost: LATENCY_SLO,
  means: '99 of 100 customers have their answer in time (seconds)',
};

export const PAGED = {
  probe: 'alert',
  with: { name: PAGE },
  atLeast: 1,
  withinSeconds: 60,
  means: `PAGE ${PAGE}: the slowest of the scoring requests take longer than promised`,
};

const stageTakesIt = (stage: string, what: string) => ({
  probe: 'promql',
  with: {
    query: `histogram_quantile(0.99, sum by (le) (rate(firedrill_inference_stage_duration_seconds_bucket{stage="${stage}"}[10s])))`,
  },
  atLeast: LATENCY_SLO,
  withinSeconds: 60,
  means: `of the stages of scoring it is ${what}`,
});
export const FEATURES_TAKE_IT = stageTakesIt('feature', 'the features that take the time');
export const QUEUE_TAKES_IT = stageTakesIt('queue', 'the time before the batch that takes long');

export const EVENT_LOOP_IS_LATE = {
  probe: 'promql',
  with: { query: 'max(nodejs_eventloop_lag_p99_seconds{job=~"inference.*"})' },
  atLeast: 0.03,
  withinSeconds: 60,
  means: 'inference is busy with something for long at a time (seconds)',
};

export const POOL_IS_FULL = {
  probe: 'promql',
  with: { query: 'max(firedrill_cold_store_pool_waiting)' },
  atLeast: 1,
  withinSeconds: 60,
  means: 'lookups wait for a connection to the cold store',
};

const LOADS = 'sum(increase(firedrill_model_load_duration_seconds_count[10s]))';
export const MODEL_IS_LOADED = {
  probe: 'promql',
  with: { query: LOADS },
  atLeast: 10,
  withinSeconds: 60,
  means: 'the model is loaded again and again, although it is the one that was served',
};
export const NOBODY_LOADS = {
  probe: 'promql',
  with: { query: LOADS },
  atMost: 0.5,
  means: 'no model is loaded while customers wait',
};

import { LATENCY_BUCKETS, type MetricDefinition } from './definition.ts';

export const INFERENCE = {
  firedrill_inference_stage_duration_seconds: {
    type: 'histogram',
    help: 'Time per stage of a scoring request.',
    labels: ['stage'],
    buckets: LATENCY_BUCKETS,
  },
  firedrill_inference_batch_rows: {
    type: 'histogram',
    help: 'Requests that shared one feature lookup and one run of the model.',
    buckets: [1, 2, 4, 8, 16, 32, 64],
  },
  firedrill_inference_batches_total: {
    type: 'counter',
    help: 'Batches by why they went: full, turn (nobody waits), preferred (enough were gathered), free (the batch before was done), delay (the first had waited as long as it may).',
    labels: ['reason'],
  },
  firedrill_prediction_cache_requests_total: {
    type: 'counter',
    help: 'Requests that might have got a score made earlier: hit, miss. None while scores are not given again.',
    labels: ['result'],
  },
  firedrill_prediction_cache_evictions_total: {
    type: 'counter',
    help: 'Scores that gave way to others because as many are kept as may be.',
  },
  firedrill_prediction_cache_entries: {
    type: 'gauge',
    help: 'Scores kept to be given again.',
  },
  firedrill_inference_predictions_total: {
    type: 'counter',
    help: 'Predictions made, by model version, decision and where the features came from.',
    labels: ['model', 'version', 'decision', 'source'],
  },
  firedrill_inference_score: {
    type: 'histogram',
    help: 'Distribution of scores.',
    labels: ['model', 'version'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
  },
  firedrill_model_info: {
    type: 'gauge',
    help: 'Always 1 for the model version being served.',
    labels: ['model', 'version', 'digest', 'feature_view', 'region'],
  },
  firedrill_model_load_duration_seconds: {
    type: 'histogram',
    help: 'Time to fetch, verify and warm a model version.',
    labels: ['model'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  firedrill_model_load_failures_total: {
    type: 'counter',
    help: 'Model versions refused while loading, by reason.',
    labels: ['model', 'reason'],
  },
  firedrill_model_refused: {
    type: 'gauge',
    help: '1 while the version that is wanted is refused and an older one, or none, is served instead.',
    labels: ['model', 'version', 'reason'],
  },
  firedrill_feature_lookup_total: {
    type: 'counter',
    help: 'Feature lookups by tier and result.',
    labels: ['tier', 'result'],
  },
  firedrill_feature_freshness_seconds: {
    type: 'gauge',
    help: 'Business seconds between now and the watermark of the feature pipeline, as the reader of the features sees it.',
    labels: ['view', 'partition'],
  },
  firedrill_feature_snapshot_age_seconds: {
    type: 'gauge',
    help: 'Business seconds between now and the newest nightly snapshot of features, as the reader of the features sees it.',
    labels: ['view'],
  },
  firedrill_feature_store_requests_total: {
    type: 'counter',
    help: 'Requests sent to the online store for feature rows.',
  },
  firedrill_feature_store_rows_total: {
    type: 'counter',
    help: 'Feature rows asked of the online store.',
  },
  firedrill_cold_store_requests_total: {
    type: 'counter',
    help: 'Requests to the cold store for feature rows, by result: read, acquire_timeout (no connection of the pool in time), query_timeout (no answer in time), unavailable, not_filled.',
    labels: ['result'],
  },
  firedrill_cold_store_acquire_duration_seconds: {
    type: 'histogram',
    help: 'Time a request waited for a connection of the pool of the cold store, whether it got one or not.',
    buckets: LATENCY_BUCKETS,
  },
  firedrill_cold_store_query_duration_seconds: {
    type: 'histogram',
    help: 'Time a query to the cold store took once it had a connection, answered or not.',
    buckets: LATENCY_BUCKETS,
  },
  firedrill_cold_store_pool_connections: {
    type: 'gauge',
    help: 'Connections to the cold store by state: in_use, idle. In use includes those being made.',
    labels: ['state'],
  },
  firedrill_cold_store_pool_limit: {
    type: 'gauge',
    help: 'Connections to the cold store at most.',
  },
  firedrill_cold_store_pool_waiting: {
    type: 'gauge',
    help: 'Requests that wait for a connection to the cold store.',
  },
  firedrill_feature_cache_rows_total: {
    type: 'counter',
    help: 'Rows asked of the in-process tier: hit, miss, early (a hit renewed before it expires), shared (already being asked for), stale (served because the store did not answer).',
    labels: ['result'],
  },
  firedrill_feature_cache_entries: {
    type: 'gauge',
    help: 'Rows in the in-process tier.',
  },
  firedrill_feature_cache_bytes: {
    type: 'gauge',
    help: 'Approximate memory of the rows in the in-process tier.',
  },
  firedrill_inference_fallbacks_total: {
    type: 'counter',
    help: 'Requests without fresh features, by why (timeout, unavailable, overloaded, circuit_open, unreadable, outdated) and what was done (default, cache, review, refuse).',
    labels: ['model', 'reason', 'action'],
  },
  firedrill_inference_segment_reviews_total: {
    type: 'counter',
    help: 'Requests sent to review whatever their score, because an operator restricts their segment (channel:webshop, country:US).',
    labels: ['model', 'segment'],
  },
  firedrill_quality_breaker_state: {
    type: 'gauge',
    help: 'Whether the scores of the served version can be right: 0 closed, 1 half open (on trial), 2 open (they cannot).',
    labels: ['model', 'version'],
  },
  firedrill_quality_breaker_transitions_total: {
    type: 'counter',
    help: 'Changes of the quality breaker, by state it went to and why (not_finite, constant, distribution, trial, fine).',
    labels: ['model', 'to', 'reason'],
  },
  firedrill_inference_rules_decisions_total: {
    type: 'counter',
    help: 'Requests that rules decided instead of the model, because its scores cannot be right.',
    labels: ['model', 'decision'],
  },
  firedrill_circuit_state: {
    type: 'gauge',
    help: 'Circuit breaker around a dependency: 0 closed, 1 half open, 2 open.',
    labels: ['dependency'],
  },
  firedrill_circuit_transitions_total: {
    type: 'counter',
    help: 'Changes of a circuit breaker, by the state it went to (closed, half_open, open).',
    labels: ['dependency', 'to'],
  },
} as const satisfies Record<string, MetricDefinition>;

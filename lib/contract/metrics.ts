/**
 * Every metric of our own, registered before it is used. Prometheus conventions: base units, `_total` for counters,
 * no ids as labels. Metrics that count business time say so in their help.
 */
export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels?: readonly string[];
  buckets?: readonly number[];
}

/** OpenTelemetry's HTTP buckets with sub-millisecond ones added; seconds of wall time. */
export const LATENCY_BUCKETS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5,
  7.5, 10,
] as const;
const SCOPE = ['model', 'version', 'region', 'channel'] as const;
export const METRICS = {
  // every service
  http_server_request_duration_seconds: {
    type: 'histogram',
    help: 'Duration of HTTP server requests.',
    labels: ['method', 'route', 'status'],
    buckets: LATENCY_BUCKETS,
  },
  firedrill_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['service', 'version', 'revision'],
  },
  firedrill_eventlog_appended_total: {
    type: 'counter',
    help: 'Events acknowledged by the event log.',
    labels: ['topic'],
  },
  firedrill_eventlog_spooled_events: {
    type: 'gauge',
    help: 'Events waiting on disk because the event log could not be reached.',
  },
  firedrill_eventlog_rejected_total: {
    type: 'counter',
    help: 'Events refused because the spool on disk was full.',
    labels: ['topic'],
  },
  firedrill_eventlog_pending_events: {
    type: 'gauge',
    help: 'Events whose answers are out and that the event log has not acknowledged yet.',
    labels: ['topic'],
  },
  firedrill_eventlog_consumed_total: {
    type: 'counter',
    help: 'Events a consumer group has processed and acknowledged.',
    labels: ['topic', 'group', 'partition'],
  },
  firedrill_eventlog_consumer_lag_events: {
    type: 'gauge',
    help: 'Events in the log that the group has not acknowledged yet.',
    labels: ['topic', 'group', 'partition'],
  },
  firedrill_eventlog_handler_failures_total: {
    type: 'counter',
    help: 'Batches whose processing failed and is tried again.',
    labels: ['topic', 'group', 'partition'],
  },
  firedrill_eventlog_set_aside_total: {
    type: 'counter',
    help: 'Events a consumer group could not read by their contract and went on without; kept in dead-letters.',
    labels: ['topic', 'group'],
  },
  // gateway
  firedrill_gateway_requests_total: {
    type: 'counter',
    help: 'Scoring requests by region, channel and outcome.',
    labels: ['region', 'channel', 'code'],
  },
  firedrill_gateway_upstream_failures_total: {
    type: 'counter',
    help: 'Calls to inference that failed, by region and reason.',
    labels: ['region', 'reason'],
  },
  firedrill_gateway_contract_violations_total: {
    type: 'counter',
    help: 'Messages that broke a rule of the contract of their channel, or came while the channel as a whole broke it.',
    labels: ['channel', 'rule'],
  },
  firedrill_gateway_set_aside_total: {
    type: 'counter',
    help: 'Transactions answered without the model and kept out of features and training, by reason.',
    labels: ['channel', 'reason'],
  },
  firedrill_gateway_channel_set_aside: {
    type: 'gauge',
    help: '1 while all transactions of a channel are set aside, by hand (quarantined) or by its contract.',
    labels: ['channel', 'reason'],
  },
  // inference
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
  firedrill_feature_store_requests_total: {
    type: 'counter',
    help: 'Requests sent to the online store for feature rows.',
  },
  firedrill_feature_store_rows_total: {
    type: 'counter',
    help: 'Feature rows asked of the online store.',
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
  // features
  firedrill_features_applied_total: {
    type: 'counter',
    help: 'Events applied to online rows.',
    labels: ['view', 'partition', 'result'],
  },
  firedrill_features_row_age_seconds: {
    type: 'histogram',
    help: 'Business seconds between an event and its arrival in the online row.',
    labels: ['view'],
    buckets: [60, 120, 300, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400, 172_800],
  },
  firedrill_features_sunk_total: {
    type: 'counter',
    help: 'Events written to the lake.',
    labels: ['topic'],
  },
  firedrill_features_lake_watermark_seconds: {
    type: 'gauge',
    help: 'Business time, in epoch seconds, up to which the lake holds every event of a topic.',
    labels: ['topic'],
  },
  firedrill_features_materialized_timestamp_seconds: {
    type: 'gauge',
    help: 'Business time, in epoch seconds, of the last nightly snapshot written to the online store.',
    labels: ['view', 'entity'],
  },
  firedrill_feature_parity_mismatch_ratio: {
    type: 'gauge',
    help: 'Share of sampled entities whose online value differs from the offline one: path stored, rows; served, as the model got it.',
    labels: ['view', 'feature', 'path'],
  },
  // registry
  firedrill_registry_changes_total: {
    type: 'counter',
    help: 'Changes of registry state.',
    labels: ['action'],
  },
  // pipeline
  firedrill_pipeline_runs_total: {
    type: 'counter',
    help: 'Finished runs by job and status.',
    labels: ['job', 'status'],
  },
  firedrill_pipeline_run_duration_seconds: {
    type: 'gauge',
    help: 'Wall time of the last finished run.',
    labels: ['job'],
  },
  firedrill_model_trained_timestamp_seconds: {
    type: 'gauge',
    help: 'Business time, in epoch seconds, of the end of the training data of the newest version.',
    labels: ['model'],
  },
  // monitor
  firedrill_monitor_quality: {
    type: 'gauge',
    help: 'Quality on matured labels of the performance window (auc, precision, recall).',
    labels: ['model', 'version', 'measure'],
  },
  firedrill_monitor_quality_bound: {
    type: 'gauge',
    help: 'Lower and upper bound of the quality, three standard errors away.',
    labels: ['model', 'version', 'measure', 'bound'],
  },
  firedrill_monitor_region_quality: {
    type: 'gauge',
    help: 'Quality on matured labels of one region.',
    labels: ['model', 'version', 'region', 'measure'],
  },
  firedrill_monitor_matured_labels: {
    type: 'gauge',
    help: 'Matured labels in the performance window, by class.',
    labels: ['model', 'version', 'class'],
  },
  firedrill_monitor_label_delay_seconds: {
    type: 'gauge',
    help: 'Business seconds between a transaction and its label, at a quantile of the last labels.',
    labels: ['quantile'],
  },
  firedrill_monitor_label_age_seconds: {
    type: 'gauge',
    help: 'Business seconds since the newest label became known.',
  },
  firedrill_monitor_label_coverage_ratio: {
    type: 'gauge',
    help: 'Share of predictions old enough to have a label that have one.',
    labels: ['model', 'version'],
  },
  firedrill_monitor_rejected_events_total: {
    type: 'counter',
    help: 'Events left out because they break their contract.',
    labels: ['topic'],
  },
  firedrill_monitor_decision_ratio: {
    type: 'gauge',
    help: 'Share of decisions in the last business day.',
    labels: ['model', 'version', 'decision'],
  },
  firedrill_monitor_drift_psi: {
    type: 'gauge',
    help: 'Population stability index of a feature, or of the score, against training; window day is the last 24 business hours, recent the last 6. No sample without enough predictions.',
    labels: [...SCOPE, 'window', 'feature'],
  },
  firedrill_monitor_lacking_ratio: {
    type: 'gauge',
    help: 'Share of predictions without a value for a feature, or with its default where training had a value; over the shortest window with enough of them.',
    labels: [...SCOPE, 'feature'],
  },
  firedrill_monitor_out_of_contract_ratio: {
    type: 'gauge',
    help: 'Share of predictions whose value of a feature is one its definition does not allow; over the shortest window with enough of them.',
    labels: [...SCOPE, 'feature'],
  },
  firedrill_monitor_approval_ratio: {
    type: 'gauge',
    help: 'Share of approvals in the last business day (figure value), its bounds three standard errors away (lower, upper), and the share on the held-out rows of training (expected).',
    labels: [...SCOPE, 'figure'],
  },
  firedrill_monitor_volume_ratio: {
    type: 'gauge',
    help: 'Predictions of the last 6 complete business hours against the median of the same hours of earlier days.',
    labels: ['model', 'region', 'channel'],
  },
  firedrill_monitor_fraud_ratio: {
    type: 'gauge',
    help: 'On labels matured in the last business day: share of frauds caught, of their amount caught, and of genuine transactions declined.',
    labels: [...SCOPE, 'measure'],
  },
  firedrill_monitor_fraud_amount_euros: {
    type: 'gauge',
    help: 'Amount of fraud among labels matured in the last business day, caught and missed.',
    labels: [...SCOPE, 'outcome'],
  },
  // world
  firedrill_world_requests_total: {
    type: 'counter',
    help: 'Transactions sent, by channel and answer (a status code, or error).',
    labels: ['channel', 'code'],
  },
  firedrill_world_request_duration_seconds: {
    type: 'histogram',
    help: 'Time until the bank answered, as its customers see it.',
    labels: ['channel'],
    buckets: LATENCY_BUCKETS,
  },
  firedrill_world_target_rate: {
    type: 'gauge',
    help: 'Transactions a wall second the world means to send.',
  },
  // engine
  firedrill_workload_replicas: {
    type: 'gauge',
    help: 'Replicas a workload should have (state desired) and has (state ready).',
    labels: ['workload', 'state'],
  },
  firedrill_workload_restarts: {
    type: 'gauge',
    help: 'Restarts nobody asked for since the supervisor started.',
    labels: ['workload'],
  },
  firedrill_workload_resident_bytes: {
    type: 'gauge',
    help: 'Resident memory of all replicas of a workload.',
    labels: ['workload'],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

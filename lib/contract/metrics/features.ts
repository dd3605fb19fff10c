import type { MetricDefinition } from './definition.ts';

export const FEATURES = {
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
  firedrill_features_cold_rows_total: {
    type: 'counter',
    help: 'Rows on their way to the cold store: written, given_up (too many were waiting; a whole copy follows), recovered (missing in the online store, taken back from the cold one).',
    labels: ['result'],
  },
  firedrill_features_cold_pending_rows: {
    type: 'gauge',
    help: 'Rows that wait to be written to the cold store.',
  },
  firedrill_features_cold_failures_total: {
    type: 'counter',
    help: 'Calls to the cold store that failed, by what they were for: write, recover, copy.',
    labels: ['call'],
  },
  firedrill_feature_parity_mismatch_ratio: {
    type: 'gauge',
    help: 'Share of sampled entities whose online value differs from the offline one: path stored, rows; served, as the model got it.',
    labels: ['view', 'feature', 'path'],
  },
} as const satisfies Record<string, MetricDefinition>;

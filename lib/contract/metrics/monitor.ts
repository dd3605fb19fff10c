import type { MetricDefinition } from './definition.ts';

const SCOPE = ['model', 'version', 'region', 'channel'] as const;

export const MONITOR = {
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
} as const satisfies Record<string, MetricDefinition>;

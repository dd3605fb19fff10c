import type { MetricDefinition } from './definition.ts';

export const PIPELINE = {
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
} as const satisfies Record<string, MetricDefinition>;

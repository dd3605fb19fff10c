import type { MetricDefinition } from './definition.ts';

export const ENGINE = {
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

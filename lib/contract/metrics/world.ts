import { LATENCY_BUCKETS, type MetricDefinition } from './definition.ts';

export const WORLD = {
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
} as const satisfies Record<string, MetricDefinition>;

import type { MetricDefinition } from './definition.ts';

export const REGISTRY = {
  firedrill_registry_changes_total: {
    type: 'counter',
    help: 'Changes of registry state.',
    labels: ['action'],
  },
} as const satisfies Record<string, MetricDefinition>;

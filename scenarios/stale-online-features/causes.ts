import type { Cause } from '../../engine/contract/scenario.ts';

/** What can be named, of all variants together; some are only plausible. */
export const causes: Cause[] = [
  {
    id: 'ingest-limit',
    component: 'feature-consumer',
    category: 'release',
    mechanism:
      'a release left the consumer a limit far below the traffic; it is healthy, and its backlog grows',
  },
  {
    id: 'consumer-crash-loop',
    component: 'feature-consumer',
    category: 'release',
    mechanism: 'the consumer dies on start again and again, and nobody applies events in between',
  },
  {
    id: 'poison-event',
    component: 'feature-consumer',
    category: 'data',
    mechanism: 'one event that cannot be processed blocks its partition',
  },
  {
    id: 'partition-left-out',
    component: 'feature-consumer',
    category: 'release',
    mechanism:
      'a release writes rows in rounds that succeed, and one partition is in none of them; its events are acknowledged and never applied',
  },
  {
    id: 'online-store-slow',
    component: 'redis-online',
    category: 'capacity',
    mechanism: 'the online store takes writes too slowly, so that the consumer falls behind',
  },
  {
    id: 'log-unreachable',
    component: 'redis-log',
    category: 'network',
    mechanism: 'the event log cannot be reached, so that there is nothing to consume',
  },
  {
    id: 'nightly-job-late',
    component: 'features',
    category: 'capacity',
    mechanism: 'the nightly materialisation has not finished, so that yesterday is served',
  },
  {
    id: 'shared-cadence',
    component: 'features',
    category: 'release',
    mechanism: 'nightly rows count as fresh for as long as stream rows live, so that nights are left out',
  },
  {
    id: 'cache-too-long',
    component: 'inference',
    category: 'configuration',
    mechanism: 'inference keeps features in its own cache for too long',
  },
  {
    id: 'quiet-traffic',
    component: 'upstream',
    category: 'no-fault',
    mechanism: 'there is little traffic; the features are as new as the events',
  },
];

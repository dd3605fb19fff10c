import type { Redis } from 'ioredis';
import type { Audit } from '../../../lib/kit/audit.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import type { App } from '../../../lib/kit/http.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { ColdCopies } from '../cold/copies.ts';
import type { Definition } from '../definitions.ts';
import type { JobRunner } from '../jobs/runner.ts';
import type { Nightly } from '../nightly.ts';
import type { Parity } from '../parity/rounds.ts';

/** What the routes share. */
export interface RouteContext {
  app: App;
  definitions: Map<string, Definition>;
  redis: Redis;
  jobs: JobRunner;
  nightly: Nightly;
  cold: ColdCopies;
  parity: Parity;
  clock: Clock;
  metrics: Metrics;
  audit: Audit;
  token: string;
}

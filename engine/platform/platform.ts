import type { PortName } from '../../lib/contract/ports.ts';
import type { Clock } from '../../lib/kit/clock.ts';
import { Lifecycle } from '../../lib/kit/lifecycle.ts';
import type { Logger } from '../../lib/kit/logging.ts';
import type { Metrics } from '../../lib/kit/metrics.ts';
import type { KubeApi } from '../targets/kubernetes/api.ts';
import type { Target } from '../targets/target.ts';
import type { ActionLog } from './actions.ts';
import type { Layout } from './layout.ts';
import type { Secrets } from './secrets.ts';
import type { StoredSnapshots } from './snapshots.ts';

/** One platform, wherever it runs: where its parts are, who may do what, what was done. */
export interface Platform {
  readonly layout: Layout;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly target: Target;
  /** The cluster some of it runs in; target kubernetes only. */
  readonly cluster?: KubeApi;
  readonly actions: ActionLog;
  /** What is registered here is undone, last first, when the platform goes down or fails to come up. */
  readonly lifecycle: Lifecycle;
  readonly snapshots: StoredSnapshots;
  /** Where Prometheus writes what it was asked. */
  readonly queryLog: string;
  state: 'starting' | 'up' | 'restoring' | 'stopping';
  /** The incident that is open, told by whoever runs incidents. */
  incident: () => { number: number; title: string; phase: string } | null;
  /** Told of every look somebody takes through the engine; set by whoever wants to know. */
  looked: (what: string) => void;
  port(name: PortName): number;
  url(name: PortName): string;
}

const STOP_BOUND_MS = 60_000;

export const platformLifecycle = (logger: Logger): Lifecycle =>
  new Lifecycle({
    boundMs: STOP_BOUND_MS,
    report: {
      stopped: (name) => logger.info({ step: name }, 'stopped'),
      failed: (name, error) => logger.error({ step: name, err: error }, 'did not stop cleanly'),
    },
  });

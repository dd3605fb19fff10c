import type { ReadinessProbe } from '../readiness.ts';
import type { Revision } from '../target.ts';

/** How to start one replica. The environment is complete: nothing is inherited. */
export interface Launch {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string;
  /** What asks it to end; default SIGTERM. */
  stopSignal?: NodeJS.Signals;
}

/** One workload as the supervisor sees it; what a bank is made of is the platform's business, not its own. */
export interface ProcessSpec {
  name: string;
  kind: 'service' | 'backing';
  /** Replica 0 listens here, further ones count up. */
  port: number;
  maxReplicas: number;
  readiness: ReadinessProbe;
  /** Before it is given more replicas. @throws AppError when this machine lacks what it needs */
  check?(): void;
  /** Wall milliseconds a new process has until it must be ready. */
  startsWithinMs: number;
  /** Workloads whose replicas this one is told about when it starts; it restarts when they change in number. */
  follows: readonly string[];
  /** @param replica `root` is the folder its source lies in */
  launch(replica: { index: number; port: number; revision: Revision; root: string }): Launch;
}

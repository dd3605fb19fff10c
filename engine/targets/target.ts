/**
 * Where a platform runs. Drills, faults and the command line are written against this and nothing else;
 * `local` supervises processes, `compose` drives containers, and on `kubernetes` a cluster decides which processes run.
 */
export interface Target {
  readonly name: string;
  /** Everything the platform consists of, in start order. */
  list(): Promise<Workload[]>;
  /** Newest last. `since` is wall time, epoch ms. */
  logs(
    workload: string,
    options?: { tail?: number; since?: number; signal?: AbortSignal },
  ): AsyncIterable<LogLine>;
  /** Ends every replica gracefully and starts it again with the current revision. */
  restart(workload: string): Promise<void>;
  /** Freezes (SIGSTOP, docker pause) or thaws every replica. */
  pause(workload: string): Promise<void>;
  resume(workload: string): Promise<void>;
  /** Ends one replica without warning; what supervises it brings it back. */
  kill(workload: string, options?: { replica?: number; signal?: NodeJS.Signals }): Promise<void>;
  scale(workload: string, replicas: number): Promise<void>;
  /** Releases a new revision: recorded, then rolled out. Answers it once every replica runs it. */
  apply(workload: string, change: RevisionChange): Promise<Revision>;
  /** Live settings of a service, by name. */
  settings(workload: string): Promise<Record<string, unknown>>;
  /**
   * Changes live settings on every replica without a restart and records them as a revision, so that a restart
   * keeps them. Only `settings` of the change counts.
   */
  configure(workload: string, change: RevisionChange): Promise<Revision>;
  /** Oldest first; the last one is running. */
  revisions(workload: string): Promise<Revision[]>;
  /** Rolls back to the revision before, or to `revision`; that becomes a new revision, as kubectl does it. */
  undo(workload: string, options: { revision?: number; actor: string; reason?: string }): Promise<Revision>;
  /** What the source of `revision` (the running one) changed against that of `against` (the one before it). */
  diff(workload: string, options?: { revision?: number; against?: number }): Promise<SourceDiff>;
  /** Runs a command in the surroundings of a workload and answers what it printed. */
  exec(
    workload: string,
    command: readonly string[],
  ): Promise<{ code: number; stdout: string; stderr: string }>;
}

export interface Workload {
  name: string;
  /** `service` is ours and takes revisions; `backing` is a third party's process (Redis, Prometheus). */
  kind: 'service' | 'backing';
  url: string;
  revision: number;
  desired: number;
  replicas: Replica[];
}

export interface Replica {
  index: number;
  pid: number | undefined;
  state: 'starting' | 'ready' | 'unready' | 'paused' | 'backoff' | 'stopped';
  /** Why it is not ready, in the service's own words. */
  reasons: string[];
  restarts: number;
  /** Wall time, epoch ms. */
  startedAt: number | undefined;
  residentBytes: number | undefined;
}

export interface LogLine {
  at: number;
  replica: number;
  text: string;
}

/** What a release may change; what it does not name stays as it is. `null` removes an entry. */
export interface RevisionChange {
  actor: string;
  reason?: string;
  environment?: Record<string, string | null>;
  /** Initial values of live settings, `ingest.max_events_per_second`. */
  settings?: Record<string, unknown>;
  /**
   * Absolute path of a folder laid out as the repository is (`services/inference/scoring/batcher.ts`): its files are
   * released over the service's own. The revision keeps a copy of the whole. `null` goes back to what was built in.
   */
  overlay?: string | null;
  /** Files of the overlay that the repository does not have. Any other unknown file is refused. */
  overlayAdds?: readonly string[];
}

/** The code of a revision nothing was released over. */
export const BUILT_IN = 'built in';

export interface Revision {
  revision: number;
  /** Business time. */
  at: string;
  actor: string;
  reason: string;
  environment: Record<string, string>;
  settings: Record<string, unknown>;
  /** First digits of the digest of the source it runs, or `built in`. */
  code: string;
}

export interface SourceDiff {
  workload: string;
  revision: Pick<Revision, 'revision' | 'code'>;
  against: Pick<Revision, 'revision' | 'code'>;
  /** Paths that differ, sorted. */
  files: string[];
  /** Unified diff, from `against` to `revision`; empty when the source is the same. */
  patch: string;
}

import { join } from 'node:path';
import { AppError } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { errors } from '../errors.ts';
import { protocolOf, reasonsNotReady } from '../readiness.ts';
import type { Releases } from '../releases.ts';
import type { Revisions } from '../revisions.ts';
import type { Replica, Workload } from '../target.ts';
import { Changes } from './changes.ts';
import { lastLines } from './logfile.ts';
import type { LogSource } from './logs.ts';
import { SupervisedProcess } from './process.ts';
import type { ProcessRecords } from './records.ts';
import type { Launch, ProcessSpec } from './spec.ts';

export interface WorkloadOptions {
  spec: ProcessSpec;
  logDir: string;
  records: ProcessRecords;
  revisions: Revisions;
  releases: Releases;
  /** Called when the number of replicas somebody should have has changed past the target. */
  onScale?(workload: string): void;
  logger: Logger;
}

/** A workload as the target handles it, wherever its replicas come from. */
export interface ManagedWorkload {
  readonly spec: ProcessSpec;
  /** Those that run on this machine, by index. */
  readonly replicas: readonly SupervisedProcess[];
  /** Starts as many replicas as there are to be; resolves when they are ready. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whoever waits for this workload to be ready gives up at once, now and later. */
  halt(): void;
  /** Whoever waits for this workload to be ready gives up at once; until `end`, so do those who are yet to come. */
  interrupt(): void;
  /** Ends every replica without warning. It can be started again. */
  end(): Promise<void>;
  scale(replicas: number): Promise<void>;
  /** Every replica anew, with the current revision; resolves when all are ready. */
  rollOut(): Promise<void>;
  logSources(): LogSource[];
  launchOf(index: number): Launch;
  /** @param memory resident bytes by process id */
  view(memory: ReadonlyMap<number, number>): Workload;
}

/** The last line a process wrote, or why it is not ready. */
export async function lastWords(logFile: string, replica: SupervisedProcess): Promise<string> {
  const [line] = await lastLines(logFile, 1);
  return line?.slice(0, 300) || replica.reasons.join(', ');
}

/** @param memory resident bytes by process id */
export const viewOf = (replica: SupervisedProcess, memory: ReadonlyMap<number, number>): Replica => ({
  index: replica.index,
  pid: replica.pid,
  state: replica.state,
  reasons: replica.reasons,
  restarts: replica.restarts,
  startedAt: replica.startedAt,
  residentBytes: memory.get(replica.pid ?? -1),
});

/** Ends in a row after which a process that never was ready counts as broken. */
const CRASHES_ALLOWED = 3;

/** The replicas of one workload. Changes to it happen one after another. */
export class LocalWorkload implements ManagedWorkload {
  readonly spec: ProcessSpec;
  readonly replicas: SupervisedProcess[] = [];
  readonly #options: WorkloadOptions;
  readonly #changes: Changes;

  constructor(options: WorkloadOptions) {
    this.spec = options.spec;
    this.#options = options;
    this.#changes = new Changes(options.spec.name);
  }

  start(): Promise<void> {
    return this.#changes.exclusively(() => this.#resize(this.#options.revisions.replicas(this.spec.name)));
  }

  stop(): Promise<void> {
    return this.#changes.exclusively(() => this.#resize(0));
  }

  halt(): void {
    this.#changes.halt();
  }

  interrupt(): void {
    this.#changes.interrupt();
  }

  async end(): Promise<void> {
    this.interrupt();
    await this.#changes.exclusively(() => this.#resize(0, { graceMs: 0 }));
    this.#changes.reopen();
  }

  scale(replicas: number): Promise<void> {
    return this.#changes.exclusively(() => this.#resize(replicas));
  }

  /** One replica after the other, the next once the one before is ready. */
  rollOut(): Promise<void> {
    return this.#changes.exclusively(async () => {
      for (const replica of this.replicas) {
        await replica.stop();
        replica.start();
        await this.#ready(replica);
      }
    });
  }

  logSources(): LogSource[] {
    // Also of replicas scaled away: what they said may be why.
    const count = Math.max(1, this.replicas.length);
    return Array.from({ length: count }, (_, index) => ({ replica: index, file: this.#logFile(index) }));
  }

  launchOf(index: number): Launch {
    const { spec, revisions, releases } = this.#options;
    const revision = revisions.current(spec.name);
    return spec.launch({ index, port: spec.port + index, revision, root: releases.pathOf(revision.code) });
  }

  view(memory: ReadonlyMap<number, number>): Workload {
    const { spec, revisions } = this.#options;
    return {
      name: spec.name,
      kind: spec.kind,
      url: `${protocolOf(spec.readiness)}://127.0.0.1:${spec.port}`,
      revision: revisions.current(spec.name).revision,
      desired: revisions.replicas(spec.name),
      replicas: this.replicas.map((replica) => viewOf(replica, memory)),
    };
  }

  async #resize(count: number, { graceMs }: { graceMs?: number } = {}): Promise<void> {
    const added = [];
    while (this.replicas.length < count) {
      const replica = this.#make(this.replicas.length);
      this.replicas.push(replica);
      replica.start();
      added.push(replica);
    }
    await Promise.all(added.map((replica) => this.#ready(replica)));
    const surplus = this.replicas.slice(count);
    await Promise.all(surplus.map((replica) => replica.stop(graceMs)));
    this.replicas.splice(count);
  }

  #make(index: number): SupervisedProcess {
    const { spec, records, logger } = this.#options;
    return new SupervisedProcess({
      name: `${spec.name}-${index}`,
      index,
      logFile: this.#logFile(index),
      launch: () => this.launchOf(index),
      reasons: () => reasonsNotReady(spec.readiness, spec.port + index),
      records,
      logger,
    });
  }

  async #ready(replica: SupervisedProcess): Promise<void> {
    const { name, startsWithinMs } = this.spec;
    try {
      await waitFor(`${name} to be ready`, () => replica.state === 'ready' || this.#broken(replica), {
        deadlineMs: startsWithinMs,
        everyMs: 50,
        signal: this.#changes.signal,
      });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'WAIT_DEADLINE')) throw error;
      throw errors.NOT_READY(name, startsWithinMs / 1000, replica.reasons.join(', ') || replica.state);
    }
    if (this.#broken(replica))
      throw errors.CRASHED(name, await lastWords(this.#logFile(replica.index), replica));
  }

  #broken({ crashes, state }: SupervisedProcess): boolean {
    return state !== 'ready' && crashes >= CRASHES_ALLOWED;
  }

  #logFile(index: number): string {
    return join(this.#options.logDir, `${this.spec.name}-${index}.log`);
  }
}

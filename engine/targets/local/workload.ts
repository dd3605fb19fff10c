import { join } from 'node:path';
import { AppError } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { errors } from '../errors.ts';
import { protocolOf, reasonsNotReady } from '../readiness.ts';
import type { Releases } from '../releases.ts';
import type { Revisions } from '../revisions.ts';
import type { Workload } from '../target.ts';
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
  logger: Logger;
}

/** Ends in a row after which a process that never was ready counts as broken. */
const CRASHES_ALLOWED = 3;

/** The replicas of one workload. Changes to it happen one after another. */
export class LocalWorkload {
  readonly spec: ProcessSpec;
  readonly replicas: SupervisedProcess[] = [];
  readonly #options: WorkloadOptions;
  readonly #halted = new AbortController();
  #interrupted = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: WorkloadOptions) {
    this.spec = options.spec;
    this.#options = options;
  }

  /** Runs `change` after every change before it has finished, failed or not. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(change);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  start(): Promise<void> {
    return this.exclusively(() => this.#resize(this.#options.revisions.replicas(this.spec.name)));
  }

  stop(): Promise<void> {
    return this.exclusively(() => this.#resize(0));
  }

  /** Whoever waits for this workload to be ready gives up at once, now and later. */
  halt(): void {
    this.#halted.abort(new Error(`${this.spec.name} is being taken down`));
  }

  /** Whoever waits for this workload to be ready gives up at once; until `end`, so do those who are yet to come. */
  interrupt(): void {
    this.#interrupted.abort(new Error(`${this.spec.name} was ended while it was waited for`));
  }

  /** Ends every replica without warning. It can be started again. */
  async end(): Promise<void> {
    this.interrupt();
    await this.exclusively(() => this.#resize(0, { graceMs: 0 }));
    this.#interrupted = new AbortController();
  }

  scale(replicas: number): Promise<void> {
    return this.exclusively(() => this.#resize(replicas));
  }

  /** One replica after the other, the next once the one before is ready. */
  rollOut(): Promise<void> {
    return this.exclusively(async () => {
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
      replicas: this.replicas.map((replica) => ({
        index: replica.index,
        pid: replica.pid,
        state: replica.state,
        reasons: replica.reasons,
        restarts: replica.restarts,
        startedAt: replica.startedAt,
        residentBytes: memory.get(replica.pid ?? -1),
      })),
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
        signal: AbortSignal.any([this.#halted.signal, this.#interrupted.signal]),
      });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'WAIT_DEADLINE')) throw error;
      throw errors.NOT_READY(name, startsWithinMs / 1000, replica.reasons.join(', ') || replica.state);
    }
    if (this.#broken(replica)) throw errors.CRASHED(name, await this.#lastWords(replica));
  }

  #broken({ crashes, state }: SupervisedProcess): boolean {
    return state !== 'ready' && crashes >= CRASHES_ALLOWED;
  }

  async #lastWords(replica: SupervisedProcess): Promise<string> {
    const [line] = await lastLines(this.#logFile(replica.index), 1);
    return line?.slice(0, 300) || replica.reasons.join(', ');
  }

  #logFile(index: number): string {
    return join(this.#options.logDir, `${this.spec.name}-${index}.log`);
  }
}

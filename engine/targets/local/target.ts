import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../../lib/kit/logging.ts';
import { diffRevisions } from '../diff.ts';
import { errors } from '../errors.ts';
import { Gate } from '../gate.ts';
import { recordChange } from '../record.ts';
import type { Releases } from '../releases.ts';
import type { Revisions } from '../revisions.ts';
import { patchSettings, readSettings } from '../settings.ts';
import type { LogLine, Revision, RevisionChange, SourceDiff, Target, Workload } from '../target.ts';
import { rotate } from './logfile.ts';
import { readLogs } from './logs.ts';
import { residentBytes } from './memory.ts';
import type { SupervisedProcess } from './process.ts';
import type { ProcessRecords } from './records.ts';
import type { ProcessSpec } from './spec.ts';
import { standStill } from './stillness.ts';
import { LocalWorkload, type ManagedWorkload, type WorkloadOptions } from './workload.ts';

export interface LocalTargetOptions {
  specs: readonly ProcessSpec[];
  /** Logs of the replicas; every `*.log` in it is kept within bounds. */
  logDir: string;
  records: ProcessRecords;
  revisions: Revisions;
  /** Source released over the services' own. */
  releases: Releases;
  /** Bearer token the services accept for changing calls. */
  adminToken: string;
  /** Called when the number of replicas somebody should have has changed, before they start or stop. */
  onScale?(workload: string): void;
  /** What stands for a workload whose replicas are not this target's to count; undefined for all others. */
  elsewhere?(options: WorkloadOptions): ManagedWorkload | undefined;
  /** What the target is called; default local. */
  name?: string;
  logger: Logger;
}

const ROTATE_EVERY_MS = 5_000;
const EXEC_TIMEOUT_MS = 30_000;

/** Processes on this machine, supervised by the process this object lives in. */
export class LocalTarget implements Target {
  readonly name: string;
  readonly #options: LocalTargetOptions;
  readonly #workloads: Map<string, ManagedWorkload>;
  readonly #rotation: NodeJS.Timeout;
  /** Every change passes; who needs the whole target to stand still closes it. */
  readonly #gate = new Gate();

  constructor(options: LocalTargetOptions) {
    this.#options = options;
    this.name = options.name ?? 'local';
    mkdirSync(options.logDir, { recursive: true });
    this.#workloads = new Map(
      options.specs.map((spec) => {
        const own = { ...options, spec };
        return [spec.name, options.elsewhere?.(own) ?? new LocalWorkload(own)];
      }),
    );
    this.#rotation = setInterval(() => void this.#rotate(), ROTATE_EVERY_MS).unref();
  }

  async list(): Promise<Workload[]> {
    const all = [...this.#workloads.values()];
    const pids = all.flatMap(({ replicas }) => replicas.flatMap(({ pid }) => pid ?? []));
    const memory = await residentBytes(pids);
    return all.map((workload) => workload.view(memory));
  }

  logs(name: string, options: { tail?: number; since?: number; signal?: AbortSignal } = {}) {
    return readLogs(this.#workload(name).logSources(), options) as AsyncIterable<LogLine>;
  }

  /** Starts the replicas a workload should have and waits until they are ready. */
  start(name: string): Promise<void> {
    return this.#gate.pass(() => this.#workload(name).start());
  }

  stop(name: string): Promise<void> {
    return this.#gate.pass(() => this.#workload(name).stop());
  }

  /**
   * Runs `work` while every process stands still, as if the machine had been stopped: after changes under way, before
   * any other, and nobody counts as dead or as restarted for it.
   * @returns wall milliseconds it all stood
   * @throws AppError WAIT_DEADLINE when some process cannot be stopped; whatever `work` throws
   */
  held(work: () => Promise<void>): Promise<number> {
    return this.#gate.close(async () => {
      const replicas = [...this.#workloads.values()].flatMap((workload) => workload.replicas);
      const begun = performance.now();
      try {
        for (const replica of replicas) replica.hold();
        await standStill(new Set(replicas.flatMap(({ pid }) => pid ?? [])));
        await work();
      } finally {
        for (const replica of replicas) replica.release();
      }
      return performance.now() - begun;
    });
  }

  /**
   * Ends every process at once and without warning, and runs `work` while nothing runs; nobody else's change comes in
   * between. `work` is given what starts a workload. Changes under way fail.
   */
  ended<T>(work: (start: (name: string) => Promise<void>) => Promise<T>): Promise<T> {
    const all = [...this.#workloads.values()];
    for (const workload of all) workload.interrupt();
    return this.#gate.close(async () => {
      await Promise.all(all.map((workload) => workload.end()));
      return work((name) => this.#workload(name).start());
    });
  }

  /** Nothing waits for readiness any more: starts on their way fail. For taking everything down. */
  async halt(): Promise<void> {
    for (const workload of this.#workloads.values()) workload.halt();
  }

  restart(name: string): Promise<void> {
    return this.#gate.pass(() => this.#workload(name).rollOut());
  }

  pause(name: string): Promise<void> {
    return this.#gate.pass(async () => {
      for (const replica of this.#workload(name).replicas) replica.pause();
    });
  }

  resume(name: string): Promise<void> {
    return this.#gate.pass(async () => {
      for (const replica of this.#workload(name).replicas) replica.resume();
    });
  }

  kill(name: string, options: { replica?: number; signal?: NodeJS.Signals } = {}): Promise<void> {
    return this.#gate.pass(async () => {
      this.#replica(name, options.replica ?? 0).signal(options.signal ?? 'SIGKILL');
    });
  }

  scale(name: string, replicas: number): Promise<void> {
    return this.#gate.pass(() => this.#scale(name, replicas));
  }

  async #scale(name: string, replicas: number): Promise<void> {
    const workload = this.#workload(name);
    const { maxReplicas } = workload.spec;
    if (!Number.isInteger(replicas) || replicas < 0 || replicas > maxReplicas) {
      throw errors.REPLICAS_OUT_OF_RANGE(name, maxReplicas);
    }
    const shrinks = replicas < this.#options.revisions.replicas(name);
    if (!shrinks) workload.spec.check?.();
    this.#options.revisions.setReplicas(name, replicas);
    this.#options.onScale?.(name);
    // Nobody may send to a replica that does not listen yet, or any more.
    if (shrinks) await this.#tellFollowers(name);
    await workload.scale(replicas);
    if (!shrinks) await this.#tellFollowers(name);
  }

  apply(name: string, change: RevisionChange): Promise<Revision> {
    return this.#release(name, () => recordChange(name, this.#options, change));
  }

  async revisions(name: string): Promise<Revision[]> {
    this.#service(name);
    return [...this.#options.revisions.history(name)];
  }

  undo(name: string, options: { revision?: number; actor: string; reason?: string }): Promise<Revision> {
    const { revisions, releases } = this.#options;
    return this.#release(name, () => {
      releases.rootOf(revisions.goBackTo(name, options.revision).code);
      return revisions.undo(name, options);
    });
  }

  #release(name: string, record: () => Revision | Promise<Revision>): Promise<Revision> {
    return this.#gate.pass(async () => {
      const workload = this.#service(name);
      const revision = await record();
      await workload.rollOut();
      return revision;
    });
  }

  async diff(name: string, options: { revision?: number; against?: number } = {}): Promise<SourceDiff> {
    this.#service(name);
    return diffRevisions(name, this.#options, options);
  }

  async settings(name: string): Promise<Record<string, unknown>> {
    return readSettings(name, this.#urls(name));
  }

  configure(name: string, change: RevisionChange): Promise<Revision> {
    return this.#gate.pass(async () => {
      const { adminToken, revisions } = this.#options;
      await patchSettings(name, this.#urls(name), { ...change, settings: change.settings ?? {}, adminToken });
      return revisions.add(name, { ...change, environment: {} });
    });
  }

  async exec(
    name: string,
    command: readonly string[],
  ): Promise<{ code: number; stdout: string; stderr: string }> {
    const { env, cwd } = this.#workload(name).launchOf(0);
    const [file = 'true', ...args] = command;
    return new Promise((resolve) => {
      execFile(
        file,
        args,
        { env, cwd, timeout: EXEC_TIMEOUT_MS, maxBuffer: 2 ** 22 },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
          resolve({ code, stdout, stderr: stderr || (code === 127 ? `${error?.message}\n` : '') });
        },
      );
    });
  }

  close(): void {
    clearInterval(this.#rotation);
  }

  async #tellFollowers(name: string): Promise<void> {
    const followers = [...this.#workloads.values()].filter(({ spec }) => spec.follows.includes(name));
    await Promise.all(followers.map((workload) => workload.rollOut()));
  }

  async #rotate(): Promise<void> {
    const { logDir, logger } = this.#options;
    for (const file of (await readdir(logDir)).filter((name) => name.endsWith('.log'))) {
      await rotate(join(logDir, file)).catch((error) => logger.warn({ err: error, file }, 'log not rotated'));
    }
  }

  #urls(name: string): string[] {
    const { spec, replicas } = this.#service(name);
    if (replicas.length === 0) throw errors.NOT_RUNNING(name);
    return replicas.map(({ index }) => `http://127.0.0.1:${spec.port + index}`);
  }

  #workload(name: string): ManagedWorkload {
    const workload = this.#workloads.get(name);
    if (!workload) throw errors.UNKNOWN_WORKLOAD(name, [...this.#workloads.keys()]);
    return workload;
  }

  #service(name: string): ManagedWorkload {
    const workload = this.#workload(name);
    if (workload.spec.kind !== 'service') throw errors.NO_REVISIONS(name);
    return workload;
  }

  #replica(name: string, index: number): SupervisedProcess {
    const { replicas } = this.#workload(name);
    const replica = replicas[index];
    if (!replica) throw errors.UNKNOWN_REPLICA(name, index, replicas.length);
    return replica;
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../../lib/kit/logging.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import type { Replica } from '../target.ts';
import { PROVEN_AFTER_MS, restartDelayMs } from './backoff.ts';
import { type ProcessRecords, signalGroup } from './records.ts';
import type { Launch } from './spec.ts';

export interface SupervisedOptions {
  /** `gateway-0`: names the record and the log file. */
  name: string;
  index: number;
  logFile: string;
  launch(): Launch;
  reasons(): Promise<string[]>;
  records: ProcessRecords;
  logger: Logger;
}

const EVERY_STARTING_MS = 100;
const EVERY_RUNNING_MS = 1_000;
const GRACE_MS = 8_000;

/** One process that is kept alive: started again when it ends, watched for readiness, frozen and ended on request. */
export class SupervisedProcess {
  state: Replica['state'] = 'stopped';
  reasons: string[] = [];
  /** Restarts nobody asked for, since the supervisor started. */
  restarts = 0;
  startedAt: number | undefined;
  /** Ends in a row without having proven itself in between. */
  crashes = 0;
  readonly #options: SupervisedOptions;
  #child: ChildProcess | undefined;
  #stopSignal: NodeJS.Signals = 'SIGTERM';
  #watch = new AbortController();
  #wanted = false;
  #readySince: number | undefined;
  /** While it is held; resolves when it goes on. */
  #hold: PromiseWithResolvers<void> | undefined;
  #holds = 0;

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get index(): number {
    return this.#options.index;
  }

  start(): void {
    this.#wanted = true;
    this.crashes = 0;
    this.#spawn();
  }

  /**
   * Stops the process where it is, without a trace: its state and its restarts stay what they were, nobody asks it
   * whether it is ready, and none takes its place meanwhile. For a moment; `pause` is what an operator does.
   */
  hold(): void {
    this.#hold ??= Promise.withResolvers();
    this.#holds += 1;
    this.signal('SIGSTOP');
  }

  /** Ends `hold`; who was paused stays paused. */
  release(): void {
    if (this.state !== 'paused') this.signal('SIGCONT');
    this.#hold?.resolve();
    this.#hold = undefined;
  }

  /** Asks it to end, and after a grace sends SIGKILL, to the process and everything it started. Resolves when it is gone. */
  async stop(graceMs = GRACE_MS): Promise<void> {
    this.#wanted = false;
    this.#watch.abort();
    const child = this.#child;
    if (child?.pid !== undefined) {
      const pid = child.pid;
      const gone = () => this.#child !== child;
      child.kill(this.#stopSignal);
      signalGroup(pid, 'SIGCONT');
      await waitFor('the process to end', gone, { deadlineMs: graceMs, everyMs: 20 }).catch(() => {});
      signalGroup(pid, 'SIGKILL');
      await waitFor('the process to be gone', gone, { deadlineMs: 5_000, everyMs: 20 });
    }
    this.#enter('stopped');
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#child?.pid !== undefined) signalGroup(this.#child.pid, signal);
  }

  pause(): void {
    if (this.pid === undefined) return;
    this.signal('SIGSTOP');
    this.#enter('paused', ['frozen by an operator']);
  }

  resume(): void {
    if (this.state !== 'paused') return;
    this.signal('SIGCONT');
    this.#enter('unready', ['thawed, not checked yet']);
  }

  #spawn(): void {
    const { name, logFile, launch, records, logger } = this.#options;
    const { command, args, env, cwd, stopSignal = 'SIGTERM' } = launch();
    this.#stopSignal = stopSignal;
    // The file is the process's own standard output: its lines survive a crash of the supervisor.
    const log = openSync(logFile, 'a', 0o600);
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    this.startedAt = Date.now();
    this.#readySince = undefined;
    this.#enter('starting', ['starting']);
    child.once('error', (error) => this.#ended(child, error.message));
    child.once('exit', (code, signal) =>
      this.#ended(child, signal ? `ended by ${signal}` : `ended with status ${code}`),
    );
    if (child.pid === undefined) return;
    logger.debug({ process: name, pid: child.pid }, 'started');
    void records.put(name, child.pid);
    this.#watch = new AbortController();
    void this.#follow(child, this.#watch.signal);
  }

  async #follow(child: ChildProcess, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#child === child) {
      if (this.state !== 'paused' && !this.#hold) {
        const holds = this.#holds;
        const reasons = await this.#options.reasons();
        if (signal.aborted || this.#child !== child) return;
        // What it did not answer because it was held says nothing.
        if (holds === this.#holds) this.#seen(reasons);
      }
      const everyMs = this.state === 'starting' ? EVERY_STARTING_MS : EVERY_RUNNING_MS;
      await delay(everyMs, undefined, { signal }).catch(() => {});
    }
  }

  #seen(reasons: string[]): void {
    // It may have been frozen while we asked.
    if (this.state === 'paused') return;
    if (reasons.length > 0) {
      this.#readySince = undefined;
      this.#enter(this.state === 'starting' ? 'starting' : 'unready', reasons);
      return;
    }
    this.#readySince ??= Date.now();
    if (Date.now() - this.#readySince >= PROVEN_AFTER_MS) this.crashes = 0;
    this.#enter('ready');
  }

  #ended(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    const { name, records, logger } = this.#options;
    this.#child = undefined;
    this.startedAt = undefined;
    this.#watch.abort();
    records.remove(name);
    // What it had started itself must not outlive it and keep its ports.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
    if (!this.#wanted) return;
    this.crashes += 1;
    const waitMs = restartDelayMs(this.crashes);
    logger.warn({ process: name, how, restartInMs: waitMs }, 'ended unexpectedly');
    this.#enter('backoff', [`${how}; next start in ${waitMs / 1000} s`]);
    this.#watch = new AbortController();
    void this.#startAgain(waitMs, this.#watch.signal);
  }

  async #startAgain(waitMs: number, signal: AbortSignal): Promise<void> {
    await delay(waitMs, undefined, { signal }).catch(() => {});
    await this.#hold?.promise;
    if (signal.aborted || !this.#wanted) return;
    this.restarts += 1;
    this.#spawn();
  }

  #enter(state: Replica['state'], reasons: string[] = []): void {
    this.state = state;
    this.reasons = reasons;
  }
}

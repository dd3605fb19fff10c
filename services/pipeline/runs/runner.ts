import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Catalogue } from '../catalogue.ts';
import { errors } from '../errors.ts';
import type { Logs } from './logs.ts';
import type { Answer, Order } from './message.ts';
import type { Outcome, Run, Runs } from './store.ts';

/** Runs kept per job, with their logs. */
const KEEP = 100;
/** Wall time between asking a run to end and ending it. */
const GRACE_MS = 2_000;
/** Serving comes first: a run takes the processor time that is left. */
const NICE = 5;

export interface RunnerOptions {
  catalogue: Catalogue;
  runs: Runs;
  logs: Logs;
  /** Folder of the jobs. */
  jobs: URL;
  /** Environment of every run. */
  environment: Record<string, string>;
  onEnd(run: Run): void;
}

interface Running {
  child: ChildProcess;
  ended: Promise<void>;
  /** Why it is being ended before its time. */
  because?: string;
}

/** Starts runs as processes of their own and writes down how they end. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** @throws AppError PIPELINE_JOB_UNKNOWN, PIPELINE_PARAMETER_INVALID, PIPELINE_JOB_RUNNING */
  start(job: string, given: Record<string, unknown>, actor: string): Run {
    const { catalogue, runs } = this.#options;
    const parameters = catalogue.parameters(job, given);
    const id = `${job}-${randomBytes(4).toString('hex')}`;
    const run = runs.begin({ id, job, parameters, requested_by: actor });
    this.#launch(run);
    return run;
  }

  /** Ends a run; resolves when it has ended. @throws AppError PIPELINE_RUN_UNKNOWN, PIPELINE_RUN_ENDED */
  async cancel(id: string, because: string): Promise<Run> {
    const { status } = this.#options.runs.get(id);
    const running = this.#running.get(id);
    if (!running) throw errors.RUN_ENDED(id, status);
    this.#endEarly(running, because);
    await running.ended;
    return this.#options.runs.get(id);
  }

  async close(): Promise<void> {
    for (const running of this.#running.values()) this.#endEarly(running, 'the pipeline service was stopped');
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #launch({ id, job, parameters }: Run): void {
    const { catalogue, logs, jobs, environment } = this.#options;
    const started = performance.now();
    const log = logs.create(id);
    const child = fork(new URL('./child.ts', import.meta.url), {
      env: environment,
      // Flags of this process, a debugger's port for one, are not the run's.
      execArgv: [],
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    child.once('spawn', () => lowerPriority(child.pid!));
    const order: Order = { job, runId: id, parameters, jobs: jobs.href };
    child.send(order);

    const { timeoutSeconds } = catalogue.get(job);
    const running: Running = { child, ended: Promise.resolve() };
    const timer = setTimeout(
      () => this.#endEarly(running, `the run took longer than ${timeoutSeconds} s`),
      timeoutSeconds * 1_000,
    );
    let answer: Answer | undefined;
    child.on('message', (message: Answer) => {
      answer = message;
    });
    running.ended = exitOf(child).then((how) => {
      clearTimeout(timer);
      const unanswered: Answer = {
        error: running.because ?? `the run's process ended with ${how}; see its log`,
      };
      this.#finish(id, job, { ...(answer ?? unanswered), durationMs: performance.now() - started });
    });
    this.#running.set(id, running);
  }

  #finish(id: string, job: string, outcome: Outcome): void {
    const { runs, logs, onEnd } = this.#options;
    this.#running.delete(id);
    const run = runs.end(id, outcome);
    for (const old of runs.prune(job, KEEP)) logs.delete(old);
    onEnd(run);
  }

  #endEarly(running: Running, because: string): void {
    running.because ??= because;
    running.child.kill('SIGTERM');
    const kill = setTimeout(() => running.child.kill('SIGKILL'), GRACE_MS);
    void running.ended.then(() => clearTimeout(kill));
  }
}

/** How a process ended, or that it could not start. */
const exitOf = (child: ChildProcess): Promise<string> =>
  once(child, 'close').then(
    ([code, signal]) => (signal ? `signal ${signal}` : `status ${code}`),
    (error: Error) => error.message,
  );

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, NICE);
  } catch {
    // It may have ended already, and a run at full priority is better than none.
  }
}

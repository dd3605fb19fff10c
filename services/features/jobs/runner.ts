import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { catalogue } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { Mutex } from '../mutex.ts';
import type { JobEnvironment, JobName, Jobs } from './job.ts';

const errors = catalogue('FEATURES', {
  JOB_FAILED: {
    status: 500,
    message: (job: string, problem: string) => `the job ${job} failed: ${problem}`,
  },
});

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/**
 * Runs heavy queries in a child process, one at a time: their memory goes back to the machine when they end, and the
 * service answers meanwhile.
 */
export class JobRunner {
  readonly #environment: Omit<JobEnvironment, 'scratch'>;
  readonly #stateDir: string;
  readonly #logger: Logger;
  readonly #mutex = new Mutex();
  readonly #stopping = new AbortController();

  constructor(environment: Omit<JobEnvironment, 'scratch'>, stateDir: string, logger: Logger) {
    this.#environment = environment;
    this.#stateDir = stateDir;
    this.#logger = logger;
  }

  /** @throws AppError FEATURES_JOB_FAILED with the last line the job said */
  run<J extends JobName>(job: J, parameters: Jobs[J]['parameters']): Promise<Jobs[J]['result']> {
    return this.#mutex.run(() => this.#spawn(job, parameters));
  }

  /** Ends the job that is running and refuses new ones. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#mutex.run(async () => {});
  }

  async #spawn<J extends JobName>(job: J, parameters: Jobs[J]['parameters']): Promise<Jobs[J]['result']> {
    if (this.#stopping.signal.aborted) throw errors.JOB_FAILED(job, 'the service is stopping');
    const started = performance.now();
    const scratch = mkdtempSync(join(this.#stateDir, `${job}-`));
    const child = spawn(process.execPath, [MAIN], { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
    const end = () => child.kill('SIGKILL');
    this.#stopping.signal.addEventListener('abort', end);
    try {
      child.stdin.on('error', () => {}); // a child that died at once: its exit says so
      child.stdin.end(JSON.stringify({ job, parameters, environment: { ...this.#environment, scratch } }));
      const [answer, complaint, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)),
      ]);
      const duration_ms = Math.round(performance.now() - started);
      if (code !== 0) {
        const problem = complaint.trim().split('\n').at(-1) || `it ended with status ${code}`;
        throw errors.JOB_FAILED(job, problem);
      }
      this.#logger.info({ job, duration_ms }, 'job done');
      return JSON.parse(answer) as Jobs[J]['result'];
    } finally {
      this.#stopping.signal.removeEventListener('abort', end);
      rmSync(scratch, { recursive: true, force: true });
    }
  }
}

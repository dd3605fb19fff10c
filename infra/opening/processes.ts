import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { call } from '../../lib/kit/call.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { errors } from './errors.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STARTS_WITHIN_MS = 120_000;

type Environment = Record<string, string>;

/** Starts a program of the product, its lines among ours. @param entry below services/ */
function begin(entry: string, env: Environment, heapMb: number, args: readonly string[] = []): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning', `--max-old-space-size=${heapMb}`];
  return spawn(process.execPath, [...flags, join(ROOT, 'services', entry), ...args], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** Resolves with how it ended: undefined when all was well. */
const ended = (child: ChildProcess): Promise<string | undefined> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) =>
      resolve(code === 0 ? undefined : signal ? `signal ${signal}` : `status ${code}`),
    );
  });

/** Runs a job to its end. @throws OPENING_PROCESS_ENDED */
export async function runJob(
  entry: string,
  env: Environment,
  heapMb: number,
  args: readonly string[] = [],
): Promise<void> {
  const how = await ended(begin(entry, env, heapMb, args));
  if (how !== undefined) throw errors.PROCESS_ENDED(entry, how);
}

/** A service that is needed for a while. */
export interface Running {
  url: string;
  /** Resolves once it has drained and left. */
  stop(): Promise<void>;
}

/** Starts a service and waits until /readyz says so. @throws OPENING_PROCESS_ENDED, WAIT_DEADLINE */
export async function startService(entry: string, env: Environment, heapMb: number): Promise<Running> {
  const child = begin(entry, env, heapMb);
  const end = ended(child);
  const stop = async () => {
    child.kill('SIGTERM');
    await end;
  };
  const url = `http://127.0.0.1:${env.PORT}`;
  const ready = async () => (await call(`${url}/readyz`)).status === 200;
  const giveUp = new AbortController();
  try {
    await Promise.race([
      waitFor(`${entry} to be ready`, ready, { deadlineMs: STARTS_WITHIN_MS, signal: giveUp.signal }),
      end.then((how) => {
        throw errors.PROCESS_ENDED(entry, how ?? 'status 0');
      }),
    ]);
  } catch (error) {
    giveUp.abort(error);
    await stop();
    throw error;
  }
  return { url, stop };
}

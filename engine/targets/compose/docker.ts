import { execFile } from 'node:child_process';
import { errors } from './errors.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Rolling out a service and copying volumes take longest; building the image is given its own time. */
const USUAL_MS = 120_000;
const LARGEST_BYTES = 2 ** 26;

export interface RunOptions {
  env?: Readonly<Record<string, string>>;
  /** Wall milliseconds. */
  timeoutMs?: number;
  /** Its standard input. */
  input?: string;
}

/**
 * Docker's own command line: it knows contexts, remote daemons and Docker Desktop, and is what candidates have, too.
 * Never fails: a `docker` that is not there answers code 127.
 */
export function tryDocker(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = {}, timeoutMs = USUAL_MS, input } = options;
  return new Promise((resolve) => {
    const child = execFile(
      'docker',
      [...args],
      { env: { ...process.env, ...env }, timeout: timeoutMs, maxBuffer: LARGEST_BYTES },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
        resolve({ code, stdout, stderr: stderr || (code === 127 ? `${error?.message}\n` : '') });
      },
    );
    // Who does not read it is not written to in vain.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** What it printed. @throws AppError COMPOSE_FAILED with its last line */
export async function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await tryDocker(args, options);
  if (code !== 0) throw errors.FAILED(commandOf(args), reasonIn(stderr || stdout) || `status ${code}`);
  return stdout;
}

/** As much of a command as tells what it was about: files and options come first and say nothing. */
const commandOf = (args: readonly string[]): string =>
  `docker ${args
    .filter((arg) => !arg.startsWith('-') && !arg.startsWith('/'))
    .slice(0, 3)
    .join(' ')}`;

/** What a daemon complains of comes last. */
const reasonIn = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';

/** @throws AppError COMPOSE_NO_DOCKER saying what is missing */
export async function checkDocker(): Promise<void> {
  const daemon = await tryDocker(['version', '--format', '{{.Server.Version}}'], { timeoutMs: 10_000 });
  if (daemon.code !== 0)
    throw errors.NO_DOCKER(reasonIn(daemon.stderr) || `docker ended with ${daemon.code}`);
  const compose = await tryDocker(['compose', 'version', '--short'], { timeoutMs: 10_000 });
  const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(compose.stdout.trim()) ?? [];
  if (compose.code !== 0 || Number(major) < 2 || (Number(major) === 2 && Number(minor) < 20)) {
    throw errors.NO_DOCKER(compose.code === 0 ? `it is ${compose.stdout.trim()}` : reasonIn(compose.stderr));
  }
}

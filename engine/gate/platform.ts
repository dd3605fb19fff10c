import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type PortName, portOf } from '../../lib/contract/ports.ts';
import { type CallOptions, call } from '../../lib/kit/call.ts';
import type { Operator } from '../contract/play.ts';
import { ROOT } from '../platform/layout.ts';
import { errors } from './errors.ts';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

const OUTPUT_LIMIT = 64 * 1024 * 1024;
/** Restoring a snapshot and rolling out a release wait for readiness; nothing asked here takes nearly as long. */
const ANSWERS_WITHIN_MS = 30_000;

function execute(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env, signal, maxBuffer: OUTPUT_LIMIT };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr: stderr || (code === 127 ? `${error?.message}\n` : '') });
    });
  });
}

export interface DrillPlatformOptions {
  /** DRILL_HOME. */
  home: string;
  /** DRILL_PORT_BASE. */
  base: number;
  /** Where it runs; local when absent. */
  target?: string;
  /** Wall seconds of a business day; the platform's default when absent. */
  daySeconds?: number;
  /** Ends whatever runs when it is raised; taking the platform down is not affected. */
  signal?: AbortSignal;
}

/** A platform driven from outside through `./drill`, as a person would. */
export class DrillPlatform {
  readonly home: string;
  readonly base: number;
  readonly target: string;
  readonly env: NodeJS.ProcessEnv;
  readonly #signal: AbortSignal | undefined;

  constructor({ home, base, target = 'local', daySeconds, signal }: DrillPlatformOptions) {
    this.home = home;
    this.base = base;
    this.target = target;
    this.#signal = signal;
    const { DRILL_DAY_SECONDS: _theirs, ...env } = process.env;
    this.env = {
      ...env,
      DRILL_HOME: home,
      DRILL_PORT_BASE: String(base),
      DRILL_TARGET: target,
      ...(daySeconds !== undefined && { DRILL_DAY_SECONDS: String(daySeconds) }),
    };
  }

  drill(...args: string[]): Promise<Ran> {
    return execute(join(ROOT, 'drill'), args, this.env, this.#signal);
  }

  /** The parsed answer of `./drill … --json`. @throws AppError GATE_NO_DOCUMENT with what was printed instead */
  async json<T>(...args: string[]): Promise<T> {
    const ran = await this.drill(...args, '--json');
    try {
      return JSON.parse(ran.stdout) as T;
    } catch {
      throw errors.NO_DOCUMENT(args.join(' '), ran.code, `${ran.stdout}${ran.stderr}`.trim());
    }
  }

  /** Runs a line of shell with the platform's own ports and home around it. */
  shell(line: string, timeoutMs: number): Promise<Ran> {
    const limits = [AbortSignal.timeout(timeoutMs), ...(this.#signal ? [this.#signal] : [])];
    return execute('sh', ['-ec', line], this.env, AbortSignal.any(limits));
  }

  /** Takes it down, whether or not everything else is being given up. */
  async down({ purge }: { purge: boolean }): Promise<void> {
    await execute(join(ROOT, 'drill'), ['down', ...(purge ? ['--purge'] : [])], this.env);
  }

  /** GET from the engine's API. @throws Error naming the path and the status */
  async engine<T>(path: string): Promise<T> {
    return this.get<T>('engine', path, await this.secret('engine'));
  }

  /** GET a JSON document from one of the platform's parts. @throws Error naming the path and the status */
  async get<T>(name: PortName, path: string, token?: string): Promise<T> {
    const options: CallOptions = {
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    };
    const answer = await call(`${this.url(name)}${path}`, options);
    if (!answer.ok) throw errors.NOT_ANSWERED(`${name}${path}`, answer.status);
    return (await answer.json()) as T;
  }

  port(name: PortName): number {
    return portOf(name, this.base);
  }

  url(name: PortName): string {
    return `http://127.0.0.1:${this.port(name)}`;
  }

  secret(name: 'engine' | 'admin' | 'truth'): Promise<string> {
    return readFile(join(this.home, 'secrets', name), 'utf8').then((text) => text.trim());
  }

  /** The hands a play gets; `signal` ends what it keeps doing. */
  async operator(signal: AbortSignal): Promise<Operator> {
    return {
      drill: async (...args) => {
        const ran = await this.drill(...args);
        if (ran.code > 1) throw errors.COMMAND_FAILED(`./drill ${args.join(' ')}`, ran.stderr.trim());
        return ran.stdout;
      },
      run: async (command, ...args) => {
        const ran = await execute(command, args, this.env, this.#signal);
        if (ran.code !== 0) throw errors.COMMAND_FAILED(`${command} ${args.join(' ')}`, ran.stderr.trim());
        return ran.stdout;
      },
      url: (name) => this.url(name),
      port: (name) => this.port(name),
      adminToken: await this.secret('admin'),
      signal,
    };
  }
}

import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operator } from '../../engine/contract/play.ts';
import { type PortName, portOf } from '../../lib/contract/ports.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

function execute(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      command,
      args,
      { cwd: ROOT, env, signal, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** A platform driven through `./drill`, as a person would. */
export class DrillPlatform {
  readonly home: string;
  readonly base: number;
  readonly env: NodeJS.ProcessEnv;

  constructor({ base, daySeconds = 60, home }: { base: number; daySeconds?: number; home?: string }) {
    this.base = base;
    this.home = home ?? mkdtempSync(join(tmpdir(), 'firedrill-'));
    this.env = {
      ...process.env,
      DRILL_HOME: this.home,
      DRILL_PORT_BASE: String(base),
      DRILL_DAY_SECONDS: String(daySeconds),
    };
  }

  drill(...args: string[]): Promise<Ran> {
    return execute(join(ROOT, 'drill'), args, this.env);
  }

  /** The parsed answer of `./drill … --json`. @throws Error with what was printed when it is no JSON */
  async json<T>(...args: string[]): Promise<T> {
    const ran = await this.drill(...args, '--json');
    try {
      return JSON.parse(ran.stdout) as T;
    } catch {
      throw new Error(`./drill ${args.join(' ')} exited ${ran.code}: ${ran.stdout}${ran.stderr}`);
    }
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
        if (ran.code > 1) throw new Error(`./drill ${args.join(' ')}: ${ran.stderr}`);
        return ran.stdout;
      },
      run: async (command, ...args) => {
        const ran = await execute(command, args, this.env);
        if (ran.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${ran.stderr}`);
        return ran.stdout;
      },
      url: (name) => this.url(name),
      port: (name) => this.port(name),
      adminToken: await this.secret('admin'),
      signal,
    };
  }
}

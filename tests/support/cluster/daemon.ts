import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program that runs until it is stopped, and the end of what it said. */
export class Daemon {
  readonly #name: string;
  readonly #child: ChildProcess;
  #said = '';

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.on('data', (chunk) => {
        this.#said = `${this.#said}${chunk}`.slice(-4_000);
      });
    }
    this.#child.on('error', (error) => {
      this.#said += error.message;
    });
  }

  get #gone(): boolean {
    return this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** @throws Error with its last words, when it is gone */
  mustRun(): void {
    const { exitCode, signalCode } = this.#child;
    if (this.#gone) throw new Error(`${this.#name} left with ${exitCode ?? signalCode}: ${this.#said}`);
  }

  /** Its data is thrown away with it: no need to wait for a graceful end. */
  async stop(): Promise<void> {
    if (this.#gone) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { messageOf } from '../../../lib/kit/errors.ts';
import { errors } from './errors.ts';

/** kubectl's context for it is `kind-firedrill`. */
const NAME = 'firedrill';
/** Until its own node is ready. */
const WAITS = '3m';

/**
 * A cluster of our own where kubectl reaches none and kind is installed (https://kind.sigs.k8s.io): made when a platform
 * comes up, gone when it goes down. kind makes it kubectl's current context.
 */
export class KindCluster {
  readonly #record: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param record file that is there while the cluster may be ours */
  constructor(record: string, env: NodeJS.ProcessEnv = process.env) {
    this.#record = record;
    this.#env = env;
  }

  /** Whether there is a kind. */
  available(): Promise<boolean> {
    return this.#kind('version').then(
      () => true,
      () => false,
    );
  }

  /** Makes it, or finds the one that an earlier platform has left. @throws AppError KUBERNETES_NO_KIND */
  async make(): Promise<void> {
    try {
      const there = (await this.#kind('get', 'clusters')).split('\n').includes(NAME);
      if (there) {
        await this.#kind('export', 'kubeconfig', '--name', NAME);
        return;
      }
      writeFileSync(this.#record, NAME, { mode: 0o600 });
      await this.#kind('create', 'cluster', '--name', NAME, '--wait', WAITS);
    } catch (error) {
      throw errors.NO_KIND(messageOf(error));
    }
  }

  /** Takes it away if it was made here. @throws AppError KUBERNETES_KIND_STAYS; another try may do it */
  async remove(): Promise<void> {
    if (!existsSync(this.#record)) return;
    await this.#kind('delete', 'cluster', '--name', NAME).catch((error) => {
      throw errors.KIND_STAYS(messageOf(error));
    });
    rmSync(this.#record, { force: true });
  }

  #kind(...args: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile('kind', args, { env: this.#env }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(reasonIn(stderr) ?? error.message));
      });
    });
  }
}

/** kind shows its steps, then why one failed as `ERROR: …`, and then what the tools it calls have said. */
function reasonIn(stderr: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim());
  return lines
    .find((line) => line.startsWith('ERROR:'))
    ?.slice('ERROR:'.length)
    .trim();
}

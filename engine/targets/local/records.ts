import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Identity, identify, lives } from './identity.ts';

/**
 * Who runs, on disk, so that a supervisor that dies without a word leaves a list for the next one.
 * One file per process: `<folder>/<name>.json`.
 */
export class ProcessRecords {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  async put(name: string, pid: number): Promise<void> {
    const identity = await identify(pid);
    if (identity) writeFileSync(this.#path(name), JSON.stringify(identity));
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  /**
   * Ends every recorded process that still lives, with its whole group, and forgets the records.
   * A number that belongs to somebody else by now is left alone.
   * @returns names of the processes ended
   */
  async endLeftovers(graceMs = 3_000): Promise<string[]> {
    const ended = await Promise.all(
      (await this.#all()).map(async ({ name, identity }) => {
        const alive = identity !== undefined && (await lives(identity));
        if (alive) await end(identity, graceMs);
        await rm(this.#path(name), { force: true });
        return alive ? [name] : [];
      }),
    );
    return ended.flat();
  }

  async #all(): Promise<{ name: string; identity: Identity | undefined }[]> {
    const files = (await readdir(this.#folder)).filter((file) => file.endsWith('.json'));
    return Promise.all(
      files.map(async (file) => ({
        name: file.replace(/\.json$/, ''),
        identity: parse(await readFile(join(this.#folder, file), 'utf8')),
      })),
    );
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

// A file cut short by a crash names nobody.
function parse(text: string): Identity | undefined {
  try {
    return JSON.parse(text) as Identity;
  } catch {
    return undefined;
  }
}

async function end(identity: Identity, graceMs: number): Promise<void> {
  const gone = async () => !(await lives(identity));
  // A frozen process takes the signal only once it is thawed.
  signalGroup(identity.pid, 'SIGTERM');
  signalGroup(identity.pid, 'SIGCONT');
  try {
    await waitFor(`process ${identity.pid} to end`, gone, { deadlineMs: graceMs, everyMs: 25 });
  } catch {
    signalGroup(identity.pid, 'SIGKILL');
    await waitFor(`process ${identity.pid} to be gone`, gone, { deadlineMs: 2_000, everyMs: 25 });
  }
}

/** Signals a process and everything it started (it leads its group). Nobody there is not an error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

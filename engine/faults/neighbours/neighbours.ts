import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type Identity, identify, lives } from '../../targets/local/identity.ts';
import { signalGroup } from '../../targets/local/records.ts';
import { type NeighbourRecord, NeighbourRecords } from './record.ts';

/** Names of other teams' programs; they go by these in `ps`. */
export const NEUTRAL_TITLE = '^[a-z][a-z0-9-]{2,30}$';

const COMES_UP_WITHIN_MS = 20_000;
const GONE_WITHIN_MS = 5_000;
/** Longer than an engine needs to be started again, shorter than anybody wants to find one the next day. */
const GRACE_MS = 15_000;

export interface NeighbourSpec {
  title: string;
  program: string;
  options: unknown;
  graceMs?: number;
}

/** What the journal keeps of one neighbour. */
export interface NeighbourUndo {
  id: string;
  process: Identity;
}

/**
 * Processes of other teams on the same machine. Each lives on its own, and goes by a record on disk:
 *
 *   its record is removed          it ends (and `end` ends it at once)
 *   its owner, the engine, is gone it ends after a grace and notes that; `resume` starts it again
 *   somebody ends it               it stays ended: whoever did it has got rid of it
 */
export class Neighbours {
  readonly #records: NeighbourRecords;

  /** @param scratch a folder of the engine's own that outlives it */
  constructor(scratch: string) {
    this.#records = new NeighbourRecords(join(scratch, 'neighbours'));
  }

  /** Resolves when it is at work and shows under its title. @throws AppError WAIT_DEADLINE when it does not come up */
  async start(spec: NeighbourSpec): Promise<NeighbourUndo> {
    const { title, program, options, graceMs = GRACE_MS } = spec;
    const id = `${title}-${randomBytes(3).toString('hex')}`;
    return this.#launch({ id, title, program, options, graceMs, owner: await self() });
  }

  /** Ends it whatever it is doing. Nobody there is not an error. */
  async end({ id, process }: { id: string; process?: Identity }): Promise<void> {
    const record = this.#records.get(id);
    // Without its record it would end by itself; it may also have come up in the meantime.
    this.#records.remove(id);
    for (const identity of [process, record?.process]) if (identity) await endProcess(identity);
  }

  /** For an engine that died before it could note what it had started. */
  async endAll(title: string): Promise<string[]> {
    const ids = (await this.#records.ids()).filter((id) => this.#records.get(id)?.title === title);
    for (const id of ids) await this.end({ id });
    return ids;
  }

  /** Takes over from an engine that is gone. Starts again what left with it; what somebody ended stays ended. */
  async resume({ id }: { id: string }): Promise<void> {
    const record = this.#records.get(id);
    if (!record) return;
    const owner = await self();
    if (record.process && (await lives(record.process))) this.#records.put({ ...record, owner });
    else if (record.left) {
      const { left: _, process: __, ...again } = record;
      await this.#launch({ ...again, owner });
    }
  }

  async #launch(record: NeighbourRecord): Promise<NeighbourUndo> {
    const { id, title, program } = record;
    this.#records.put(record);
    const script = fileURLToPath(new URL(`./programs/${program}.ts`, import.meta.url));
    const child = spawn(process.execPath, [script], {
      argv0: title,
      cwd: tmpdir(),
      detached: true,
      env: { PATH: process.env.PATH ?? '' },
      // What it has to do comes through standard input: a command line can be read by everybody.
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const failed = once(child, 'error').then(([error]) => Promise.reject(error));
    failed.catch(() => {});
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify({ title, record: this.#records.path(id) }));
    child.unref();
    try {
      const identity = await Promise.race([failed, comesUp(child.pid ?? 0, title)]);
      this.#records.put({ ...record, process: identity });
      return { id, process: identity };
    } catch (error) {
      this.#records.remove(id);
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      throw error;
    }
  }
}

/** It takes its title when it is at work: before, the command line still shows where its program lies. */
const comesUp = (pid: number, title: string): Promise<Identity> =>
  waitFor(
    `${title} to come up`,
    async () => {
      const identity = await identify(pid);
      return identity?.command === title && identity;
    },
    { deadlineMs: COMES_UP_WITHIN_MS, everyMs: 25 },
  );

async function self(): Promise<Identity> {
  const identity = await identify(process.pid);
  if (!identity) throw new Error('this process cannot be found in the process table');
  return identity;
}

async function endProcess(identity: Identity): Promise<void> {
  if (!(await lives(identity))) return;
  // Nothing in it is worth an orderly end, and a frozen one would not take another signal.
  signalGroup(identity.pid, 'SIGKILL');
  await waitFor(`process ${identity.pid} to be gone`, async () => !(await lives(identity)), {
    deadlineMs: GONE_WITHIN_MS,
    everyMs: 25,
  });
}

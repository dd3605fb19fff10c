import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errors } from './errors.ts';
import { DrillPlatform } from './platform.ts';

export interface FleetOptions {
  /** Where platforms run. */
  target: string;
  /** Port bases, one for each platform that may be up at a time. */
  bases: readonly number[];
  /** Leave the folders of platforms behind, for a look at their logs. */
  keep: boolean;
  signal: AbortSignal;
  /** One line about what is going on. */
  tell(line: string): void;
}

/** Platforms of the gate's own, in temporary folders: brought up when they are needed, never the user's. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #platforms = new Map<number, DrillPlatform>();

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** The platform of a worker, brought up when it is not. @throws AppError GATE_NOT_UP */
  async platform(worker: number): Promise<DrillPlatform> {
    const running = this.#platforms.get(worker);
    if (running) return running;
    const { bases, target, signal, tell } = this.#options;
    const home = await mkdtemp(join(tmpdir(), 'firedrill-gate-'));
    const platform = new DrillPlatform({ home, base: bases[worker]!, target, signal });
    this.#platforms.set(worker, platform);
    const begun = performance.now();
    tell(`platform ${platform.base} comes up`);
    const ran = await platform.drill('up');
    signal.throwIfAborted();
    if (ran.code !== 0) throw errors.NOT_UP(ran.stderr.trim() || ran.stdout.trim());
    tell(`platform ${platform.base} is up after ${Math.round((performance.now() - begun) / 1000)} s`);
    return platform;
  }

  /** Takes a worker's platform down; its next one is a new one. Idempotent. */
  async leave(worker: number): Promise<void> {
    const platform = this.#platforms.get(worker);
    if (!platform) return;
    this.#platforms.delete(worker);
    const { keep, tell } = this.#options;
    await platform.down({ purge: !keep });
    if (keep) tell(`platform ${platform.base} is down; its folder is ${platform.home}`);
    else await rm(platform.home, { recursive: true, force: true });
  }
}

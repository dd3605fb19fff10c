import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../lib/kit/errors.ts';
import type { Logger } from '../../lib/kit/logging.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import type { Revisions } from '../targets/revisions.ts';
import { errors } from './errors.ts';
import type { Layout } from './layout.ts';
import { beginReplacement, endReplacement } from './snapshot/interrupted.ts';
import { damageOf, readManifest } from './snapshot/manifest.ts';
import { putBack, store } from './snapshot/stored.ts';

/** The platform's data, kept under names and brought back. One thing at a time; who comes later waits. */
export interface Snapshots {
  /**
   * Keeps the data as it is now; a snapshot of the same name is replaced. The platform stands still for a moment.
   * @throws PLATFORM_SNAPSHOT_NAME, PLATFORM_NOT_UP
   */
  save(name: string): Promise<void>;
  /**
   * Ends every process, brings the data back, business time included, and starts everything; resolves when all of it
   * is ready. The snapshot stays.
   * @throws PLATFORM_SNAPSHOT_UNKNOWN, PLATFORM_SNAPSHOT_DAMAGED, PLATFORM_NOT_UP: nothing was changed; whatever keeps
   *   a workload from starting
   */
  restore(name: string): Promise<void>;
  /** Nobody there is not an error. */
  remove(name: string): Promise<void>;
  has(name: string): boolean;
}

export interface SnapshotView {
  name: string;
  /** Wall time, RFC 3339. */
  saved_at: string;
  /** RFC 3339. */
  business_time: string;
  bytes: number;
  /** Wall seconds the platform stood still for it. */
  stall_seconds: number;
}

/** A target whose workloads can all stand still, or all be gone. */
export interface Holdable {
  /** Runs `work` while everything stands still. @returns wall milliseconds it stood */
  held(work: () => Promise<void>): Promise<number>;
  /** Runs `work` while nothing runs; `start` starts a workload. */
  ended<T>(work: (start: (name: string) => Promise<void>) => Promise<T>): Promise<T>;
}

/** Data that lies in no folder of the home: volumes of containers. What is kept counts once it was published. */
export interface Elsewhere {
  /** Gets ready to copy, while everything still runs. */
  open(): Promise<void>;
  keep(name: string): Promise<void>;
  publish(name: string): Promise<void>;
  bringBack(name: string): Promise<void>;
  forget(name: string): Promise<void>;
  close(): Promise<void>;
}

type State = 'starting' | 'up' | 'restoring' | 'stopping';

export interface SnapshotsOptions {
  layout: Layout;
  target: Holdable;
  clock: { now(): number; turnTo(businessMs: number): void | Promise<void> };
  revisions: Revisions;
  logger: Pick<Logger, 'info' | 'warn'>;
  state: { get(): State; set(state: State): void };
  /** Wall time, epoch ms, at which Alertmanager wrote its silences to disk. */
  silencesWrittenAt(): Promise<number>;
  elsewhere?: Elsewhere;
  /** Starts all workloads in their order, with what is given; Prometheus has been told who they are. */
  startAll(start: (name: string) => Promise<void>): Promise<void>;
}

/** No dot in front: those are drafts of ours. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const DRAFT = '.draft-';
const REPLACED = '.replaced-';
/** Alertmanager writes silences to disk every second; if it does not, what is on disk has to do. */
const SILENCES_WITHIN_MS = 3_000;

/** Snapshots as folders below `<home>/snapshots`, and what the target keeps elsewhere under the same names. */
export class StoredSnapshots implements Snapshots {
  readonly #options: SnapshotsOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  has(name: string): boolean {
    return NAME.test(name) && existsSync(this.#folder(name));
  }

  /** The oldest first. @throws PLATFORM_SNAPSHOT_DAMAGED */
  async list(): Promise<SnapshotView[]> {
    const names = (await readdir(this.#options.layout.snapshots)).filter((name) => NAME.test(name));
    const all = await Promise.all(
      names.map(async (name) => {
        const { saved_at, business_ms, stall_ms, files } = await readManifest(this.#folder(name)).catch(
          (error) => {
            throw errors.SNAPSHOT_DAMAGED(name, messageOf(error));
          },
        );
        return {
          name,
          saved_at,
          business_time: new Date(business_ms).toISOString(),
          bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
          stall_seconds: stall_ms / 1000,
        };
      }),
    );
    return all.sort((a, b) => a.saved_at.localeCompare(b.saved_at));
  }

  save(name: string): Promise<void> {
    return this.#exclusively(async () => {
      const { layout, target, clock, revisions, logger, elsewhere } = this.#options;
      if (!NAME.test(name)) throw errors.SNAPSHOT_NAME(name);
      this.#needUp('saving a snapshot');
      await this.#silencesOnDisk();
      const draft = join(layout.snapshots, `${DRAFT}${name}`);
      const fresh = join(layout.snapshots, `${DRAFT}${name}-whole`);
      await Promise.all([draft, fresh].map((path) => rm(path, { recursive: true, force: true })));
      let stallMs = 0;
      await elsewhere?.open();
      await store(layout, fresh, draft, async (copy) => {
        let businessMs = 0;
        const heldMs = await target.held(async () => {
          businessMs = clock.now();
          revisions.save();
          await Promise.all([copy(), elsewhere?.keep(name)]);
        });
        stallMs = Math.round(heldMs);
        return { businessMs, stallMs };
      });
      await elsewhere?.publish(name);
      await this.#publish(fresh, name);
      await elsewhere?.close();
      logger.info({ snapshot: name, stallMs }, 'snapshot saved');
    });
  }

  restore(name: string): Promise<void> {
    return this.#exclusively(async () => {
      const { layout, target, clock, revisions, logger, state, startAll, elsewhere } = this.#options;
      if (!this.has(name)) throw errors.SNAPSHOT_UNKNOWN(name, this.names());
      this.#needUp('restoring a snapshot');
      const from = this.#folder(name);
      const damage = await damageOf(from);
      if (damage !== undefined) throw errors.SNAPSHOT_DAMAGED(name, damage);
      const { business_ms } = await readManifest(from);
      const begun = performance.now();
      state.set('restoring');
      try {
        await target.ended(async (start) => {
          beginReplacement(layout, { from, name, expendable: false });
          await Promise.all([putBack(from, layout), elsewhere?.bringBack(name)]);
          revisions.reload();
          await clock.turnTo(business_ms);
          endReplacement(layout);
          await startAll(start);
        });
      } finally {
        if (state.get() === 'restoring') state.set('up');
      }
      logger.info({ snapshot: name, ms: Math.round(performance.now() - begun) }, 'snapshot restored');
    });
  }

  remove(name: string): Promise<void> {
    return this.#exclusively(async () => {
      if (!this.has(name)) return;
      const { layout } = this.#options;
      const aside = join(layout.snapshots, `${DRAFT}${name}-removed`);
      await rm(aside, { recursive: true, force: true });
      // Out of sight at once: half a snapshot is none.
      await rename(this.#folder(name), aside);
      await Promise.all([rm(aside, { recursive: true, force: true }), this.#options.elsewhere?.forget(name)]);
    });
  }

  /** The one rename that counts; what was there before is kept until it has happened. */
  async #publish(fresh: string, name: string): Promise<void> {
    const { layout } = this.#options;
    const folder = this.#folder(name);
    const before = join(layout.snapshots, `${REPLACED}${name}`);
    await rm(before, { recursive: true, force: true });
    if (existsSync(folder)) await rename(folder, before);
    await rename(fresh, folder);
    await rm(before, { recursive: true, force: true });
  }

  /** Silences made before now must be in the snapshot, and Alertmanager keeps them in memory first. */
  async #silencesOnDisk(): Promise<void> {
    const { logger, silencesWrittenAt } = this.#options;
    const now = Date.now();
    const written = async () => (await silencesWrittenAt()) > now;
    await waitFor('Alertmanager to write its silences', written, {
      deadlineMs: SILENCES_WITHIN_MS,
      everyMs: 20,
    }).catch(() => logger.warn('Alertmanager writes nothing; the snapshot has the silences it wrote last'));
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  #needUp(what: string): void {
    const state = this.#options.state.get();
    if (state !== 'up') throw errors.NOT_UP(what, state);
  }

  names(): string[] {
    return readdirSync(this.#options.layout.snapshots).filter((name) => NAME.test(name));
  }

  #folder(name: string): string {
    return join(this.#options.layout.snapshots, name);
  }
}

/** Removes what an interrupted save or removal left, and puts back what it had only moved aside. */
export async function tidySnapshots({ snapshots }: Pick<Layout, 'snapshots'>): Promise<void> {
  await mkdir(snapshots, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(snapshots)) {
    const path = join(snapshots, entry);
    if (entry.startsWith(REPLACED)) {
      const name = join(snapshots, entry.slice(REPLACED.length));
      if (existsSync(name)) await rm(path, { recursive: true, force: true });
      else await rename(path, name);
    } else if (entry.startsWith(DRAFT)) await rm(path, { recursive: true, force: true });
  }
}

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Layout } from '../layout.ts';
import { clearData } from './contents.ts';
import { beginReplacement, endReplacement } from './interrupted.ts';
import { damageOf, readManifest } from './manifest.ts';
import { putBack, store } from './stored.ts';

/** Entries kept; a lesser used one goes first. */
const KEPT = 3;
/** A draft nobody has touched for so long belongs to a process that died. */
const ABANDONED_AFTER_MS = 3_600_000;
const DRAFT = '.draft-';

/**
 * Prepared data of platforms, each under the digest of everything it depends on: `<folder>/<digest>`. Shared by all
 * platforms of a user; they may come at the same time, and nobody waits for anybody.
 */
export class PreparedData {
  readonly #folder: string;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;

  constructor(folder: string, logger: Pick<Logger, 'info' | 'warn'>) {
    this.#folder = folder;
    this.#logger = logger;
  }

  has(digest: string): boolean {
    return existsSync(join(this.#folder, digest));
  }

  /**
   * Puts an entry into a platform that has no data yet.
   * @param turnTo told the business time the data was prepared at, epoch ms, once it is there
   * @returns false when there is no such entry, or no whole one; the platform has no data then
   */
  async take(digest: string, layout: Layout, turnTo: (businessMs: number) => void): Promise<boolean> {
    const entry = join(this.#folder, digest);
    if (!existsSync(entry)) return false;
    const damage = await damageOf(entry);
    if (damage !== undefined) {
      this.#logger.warn({ entry, cause: damage }, 'prepared data is damaged and is thrown away');
      await rm(entry, { recursive: true, force: true });
      return false;
    }
    beginReplacement(layout, { from: entry, name: 'prepared data', expendable: true });
    try {
      const { business_ms } = await readManifest(entry);
      await putBack(entry, layout);
      const now = new Date();
      await utimes(entry, now, now);
      turnTo(business_ms);
      endReplacement(layout);
      return true;
    } catch (error) {
      // Another platform may have thrown it away in this moment.
      this.#logger.warn({ entry, cause: messageOf(error) }, 'prepared data could not be taken');
      await clearData(layout);
      endReplacement(layout);
      return false;
    }
  }

  /** Keeps the data of a platform nothing of which runs. Whatever goes wrong costs the next one its time, no more. */
  async keep(digest: string, layout: Layout, businessMs: number): Promise<void> {
    const draft = join(this.#folder, `${DRAFT}${process.pid}-${randomBytes(4).toString('hex')}`);
    try {
      await store(layout, join(this.#folder, digest), draft, async (copy) => {
        await copy();
        return { businessMs, stallMs: 0 };
      });
      await this.#prune();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
      this.#logger.warn({ cause: messageOf(error) }, 'prepared data could not be kept for other platforms');
    }
  }

  async #prune(): Promise<void> {
    const entries = await Promise.all(
      (await readdir(this.#folder)).map(async (name) => {
        const path = join(this.#folder, name);
        const usedAt = await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        );
        return { path, usedAt, isDraft: name.startsWith(DRAFT) };
      }),
    );
    const abandoned = entries.filter(
      ({ isDraft, usedAt }) => isDraft && usedAt < Date.now() - ABANDONED_AFTER_MS,
    );
    const surplus = entries
      .filter(({ isDraft }) => !isDraft)
      .sort((a, b) => b.usedAt - a.usedAt)
      .slice(KEPT);
    await Promise.all(
      [...abandoned, ...surplus].map(({ path }) => rm(path, { recursive: true, force: true })),
    );
  }
}

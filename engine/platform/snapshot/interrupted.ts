import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { standClock } from '../../../lib/kit/business-clock.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { errors } from '../errors.ts';
import type { Layout } from '../layout.ts';
import { clearData } from './contents.ts';
import { damageOf, readManifest } from './manifest.ts';
import { putBack } from './stored.ts';

/** A replacement of the data that has begun: as long as this is on disk, the data may be half of one and half of another. */
export interface Replacement {
  /** Where the new data is stored. */
  from: string;
  /** What a person calls it. */
  name: string;
  /** Without it the platform can be prepared from the beginning: nothing of its own was in the data. */
  expendable: boolean;
}

const fileOf = ({ snapshots }: Layout) => join(snapshots, '.replacing.json');

export function beginReplacement(layout: Layout, replacement: Replacement): void {
  mkdirSync(layout.snapshots, { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(layout), JSON.stringify(replacement), { mode: 0o600, flush: true });
}

/** Everything that depends on the new data has been told of it. */
export const endReplacement = (layout: Layout): void => rmSync(fileOf(layout), { force: true });

/**
 * Finishes what a crash of the engine interrupted. Call before anything reads the data, the clock or the revisions.
 * @throws PLATFORM_REPLACEMENT_LOST when the stored data is not there any more
 */
export async function finishReplacement(
  layout: Layout,
  clockFile: string,
  logger: Pick<Logger, 'info' | 'warn'>,
): Promise<void> {
  const replacement = replacementUnderWay(layout);
  if (!replacement) return;
  const { from, name, expendable } = replacement;
  const damage = await damageOf(from);
  if (damage === undefined) {
    await putBack(from, layout);
    standClock(clockFile, (await readManifest(from)).business_ms);
    logger.info({ snapshot: name }, 'finished bringing back data, which a crash had interrupted');
  } else {
    if (!expendable) throw errors.REPLACEMENT_LOST(name, damage);
    await clearData(layout);
    rmSync(clockFile, { force: true });
    logger.warn(
      { cause: damage },
      'prepared data went away while it was taken; preparing from the beginning',
    );
  }
  endReplacement(layout);
}

/** A replacement that a crash has interrupted. */
export function replacementUnderWay(layout: Layout): Replacement | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(layout), 'utf8')) as Replacement;
  } catch (error) {
    // Cut short by a crash: nothing had been replaced yet.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

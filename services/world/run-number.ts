import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The number of this run of the world, one more than ever before in this state folder and kept before it is used:
 * ids and randomness derive from it, so no two runs may share one. Run 0 is history.
 */
export function nextRunNumber(stateDir: string): number {
  mkdirSync(stateDir, { recursive: true });
  const path = join(stateDir, 'run');
  const run = lastRun(path) + 1;
  writeFileSync(`${path}.next`, `${run}\n`, { flush: true });
  renameSync(`${path}.next`, path);
  return run;
}

function lastRun(path: string): number {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

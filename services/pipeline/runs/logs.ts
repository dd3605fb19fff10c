import { createReadStream, mkdirSync, openSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What each run printed, one file a run. Callers pass ids that the run store knows, never text from a request. */
export interface Logs {
  /** A descriptor for the run's output and errors; the caller closes it. */
  create(runId: string): number;
  /** The last `bytes` of a log, or all of it. */
  read(runId: string, bytes?: number): Promise<Readable>;
  delete(runId: string): void;
}

export function createLogs(folder: string): Logs {
  mkdirSync(folder, { recursive: true });
  const pathOf = (runId: string) => join(folder, `${runId}.log`);
  return {
    create: (runId) => openSync(pathOf(runId), 'a'),
    async read(runId, bytes = Number.MAX_SAFE_INTEGER) {
      const file = await open(pathOf(runId), 'a+');
      const { size } = await file.stat();
      await file.close();
      return createReadStream(pathOf(runId), { start: Math.max(0, size - bytes) });
    },
    delete: (runId) => rmSync(pathOf(runId), { force: true }),
  };
}

import { definitionOf, loadDefinitions } from '../definitions.ts';
import { openDuckDb } from '../lake/duckdb.ts';
import { comparePaths } from '../parity/compare.ts';
import type { JobEnvironment, Jobs, ParityReport } from './job.ts';
import { openLog } from './log.ts';
import { openRedis } from './online.ts';

/** Compares both paths for every feature of a view. */
export async function parity(
  { view: id, entities }: Jobs['parity']['parameters'],
  { lake, onlineRedis, eventLog, memory, threads, scratch }: JobEnvironment,
): Promise<ParityReport> {
  const { view } = definitionOf(loadDefinitions(), id);
  const { db, close } = await openDuckDb({ threads, memory, temporary: scratch });
  const online = await openRedis(onlineRedis);
  const log = await openLog(eventLog);
  try {
    return await comparePaths({ db, lake, online, log }, view, { entities });
  } finally {
    online.disconnect();
    await log.close();
    close();
  }
}

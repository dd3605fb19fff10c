import { definitionOf, loadDefinitions } from '../definitions.ts';
import { openDuckDb } from '../lake/duckdb.ts';
import { comparePaths } from '../parity/compare.ts';
import type { JobEnvironment, Jobs, ParityReport } from './job.ts';
import { openRedis } from './online.ts';

/** Compares both paths for every feature of a view. */
export async function parity(
  { view: id, entities }: Jobs['parity']['parameters'],
  { lake, onlineRedis, logRedis, memory, threads, scratch }: JobEnvironment,
): Promise<ParityReport> {
  const { view } = definitionOf(loadDefinitions(), id);
  const { db, close } = await openDuckDb({ threads, memory, temporary: scratch });
  const online = await openRedis(onlineRedis);
  const log = await openRedis(logRedis);
  try {
    return await comparePaths({ db, lake, online, log }, view, { entities });
  } finally {
    online.disconnect();
    log.disconnect();
    close();
  }
}

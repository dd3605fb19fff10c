import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type { FeatureView } from '../../../lib/features/view.ts';
import type { LogReader } from '../../../lib/kit/eventlog/log.ts';
import type { ParityReport } from '../jobs/job.ts';
import { openDuckDb } from '../lake/duckdb.ts';
import { comparePaths } from './compare.ts';

const ENTITIES = 80;
/** The lake is written every few seconds: of the log its newest part is enough, wall ms. */
const TAIL_MS = 30_000;

/** A comparison small enough for the service's own process: a second of one core, without merchants' features. */
export async function sampleParity(
  view: FeatureView,
  { scratch, ...sides }: { lake: string; online: Redis; log: LogReader; scratch: string },
): Promise<ParityReport> {
  const { db, close } = await openDuckDb({ threads: 1, memory: '96MB', temporary: join(scratch, 'spill') });
  try {
    return await comparePaths({ db, ...sides }, view, {
      entities: ENTITIES,
      withoutMerchants: true,
      logSince: Date.now() - TAIL_MS,
    });
  } finally {
    close();
  }
}

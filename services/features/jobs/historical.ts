import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { historicalSql } from '../../../lib/features/sql.ts';
import { definitionOf, loadDefinitions } from '../definitions.ts';
import { openDuckDb, rowsOf, viewLake } from '../lake/duckdb.ts';
import { literal } from '../lake/layout.ts';
import type { JobEnvironment, Jobs } from './job.ts';

/** Results kept: a training run reads its own soon after it asked. */
const KEPT = 4;

/** Features of every transaction in [from, to), each as of its own time, in a Parquet file named by its content. */
export async function historical(
  { view: id, from, to, folder }: Jobs['historical']['parameters'],
  { lake, memory, threads, scratch }: JobEnvironment,
): Promise<Jobs['historical']['result']> {
  const { view } = definitionOf(loadDefinitions(), id);
  const { db, close } = await openDuckDb({ threads, memory, temporary: scratch });
  try {
    await viewLake(db, lake);
    const draft = join(scratch, 'features.parquet');
    const query = historicalSql(view, {
      transactions: `(SELECT * FROM lake_transactions WHERE ts < ${to})`,
      labels: 'lake_labels',
      range: { from, to },
    });
    await db.run(`COPY (${query}) TO ${literal(draft)} (FORMAT parquet, COMPRESSION zstd)`);
    const [count] = await rowsOf(db, `SELECT count(*) AS rows FROM read_parquet(${literal(draft)})`);
    const hash = createHash('sha256');
    await pipeline(createReadStream(draft), hash);
    const digest = hash.digest('hex');
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${digest}.parquet`);
    renameSync(draft, path);
    return { path, rows: Number(count?.rows), fingerprint: `sha256:${digest}` };
  } finally {
    close();
  }
}

/** Removes all but the newest results. */
export function removeOldResults(folder: string, modifiedAt: (path: string) => number): void {
  const newestFirst = readdirSync(folder)
    .map((name) => join(folder, name))
    .sort((a, b) => modifiedAt(b) - modifiedAt(a));
  for (const path of newestFirst.slice(KEPT)) rmSync(path, { force: true });
}

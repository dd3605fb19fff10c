import type { DuckDBConnection } from '@duckdb/node-api';
import type { Redis } from 'ioredis';
import { materializedKey, rowKey } from '../../../lib/features/keys.ts';
import { encodeRow, type Snapshot } from '../../../lib/features/rows.ts';
import { snapshotSql } from '../../../lib/features/sql.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { DAY_MS, startOfDay } from '../../../lib/kit/clock.ts';
import { definitionOf, loadDefinitions } from '../definitions.ts';
import { openDuckDb, rowsOf, viewLake } from '../lake/duckdb.ts';
import type { JobEnvironment, Jobs, MaterializeResult } from './job.ts';
import { openRedis, RowWriter } from './online.ts';

/** Computes the last two nightly snapshots from the lake and writes them into the online store. */
export async function materialize(
  { view: id, now }: Jobs['materialize']['parameters'],
  { lake, onlineRedis, memory, threads, scratch }: JobEnvironment,
): Promise<MaterializeResult> {
  const { view } = definitionOf(loadDefinitions(), id);
  const { db, close } = await openDuckDb({ threads, memory, temporary: scratch });
  const redis = await openRedis(onlineRedis);
  try {
    await viewLake(db, lake);
    return await writeSnapshots(view, now, db, redis);
  } finally {
    redis.disconnect();
    close();
  }
}

/** Both snapshots a request may need: the one of the last midnight takes effect a while later. */
export async function writeSnapshots(
  view: FeatureView,
  now: number,
  db: DuckDBConnection,
  redis: Redis,
): Promise<MaterializeResult> {
  const midnight = startOfDay(now);
  const midnights = [midnight - DAY_MS, midnight];
  const rows: Record<string, number> = {};
  for (const definition of view.rows.filter(({ cadence }) => cadence === 'nightly')) {
    const { entity } = definition;
    const found = await rowsOf(
      db,
      snapshotSql(view, entity, midnights, { transactions: 'lake_transactions', labels: 'lake_labels' }),
    );
    const byEntity = new Map<string, Snapshot[]>();
    for (const { entity_id, as_of, ...values } of found) {
      const snapshots = byEntity.get(String(entity_id)) ?? [];
      snapshots.push({ as_of: Number(as_of), values: values as Snapshot['values'] });
      byEntity.set(String(entity_id), snapshots);
    }
    const writer = new RowWriter(redis);
    for (const [id, snapshots] of byEntity) {
      // Nothing happened to it before the newer midnight: that is a value too, or the older one would stay in effect.
      if (snapshots.length === 1 && snapshots[0]!.as_of < midnight) {
        snapshots.push({ as_of: midnight, values: {} });
      }
      await writer.set(rowKey(view, definition, id), encodeRow({ snapshots }));
    }
    await writer.flush();
    await writer.removeOthers(rowKey(view, definition, '*'));
    rows[entity] = byEntity.size;
  }
  await redis.set(materializedKey(view), new Date(midnight).toISOString());
  return { as_of: midnight, rows };
}

/** For the log of whoever asked. */
export const describe = (view: FeatureView, result: MaterializeResult) => ({
  view: viewId(view),
  as_of: new Date(result.as_of).toISOString(),
  rows: result.rows,
});

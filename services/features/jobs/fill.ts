import type { DuckDBConnection } from '@duckdb/node-api';
import type { Redis } from 'ioredis';
import type { Currency, Transaction } from '../../../lib/contract/transaction.ts';
import { applyTransaction, keptMs } from '../../../lib/features/apply.ts';
import { ENTITY_KEYS } from '../../../lib/features/columns.ts';
import { filledKey, rowKey } from '../../../lib/features/keys.ts';
import { encodeRow, type StreamRow } from '../../../lib/features/rows.ts';
import type { FeatureView, RowDefinition } from '../../../lib/features/view.ts';
import { createClock } from '../../../lib/kit/clock.ts';
import { definitionOf, loadDefinitions } from '../definitions.ts';
import { openDuckDb, rowsOf, viewLake } from '../lake/duckdb.ts';
import type { JobEnvironment, Jobs } from './job.ts';
import { writeSnapshots } from './materialize.ts';
import { openRedis, RowWriter } from './online.ts';

/**
 * Takes the mark away, makes the online store what the lake says it should be, and marks it as filled. The consumer
 * waits for the mark, then replays what the log still holds: what reached the lake too late for this is applied there.
 */
export async function fill(
  { view: id, now }: Jobs['fill']['parameters'],
  { lake, onlineRedis, memory, threads, scratch, clock }: JobEnvironment,
): Promise<Jobs['fill']['result']> {
  const { view } = definitionOf(loadDefinitions(), id);
  const { db, close } = await openDuckDb({ threads, memory, temporary: scratch });
  const redis = await openRedis(onlineRedis);
  try {
    await viewLake(db, lake);
    // Events that the consumer went on applying would be written over.
    await redis.del(filledKey(view));
    const rows: Record<string, number> = {};
    for (const definition of view.rows.filter(({ cadence }) => cadence === 'stream')) {
      rows[`${definition.entity} stream`] = await fillStream(view, definition, db, redis);
    }
    const nightly = await writeSnapshots(view, now, db, redis);
    for (const [entity, count] of Object.entries(nightly.rows)) rows[`${entity} nightly`] = count;
    await redis.set(filledKey(view), createClock(clock).iso());
    return { rows };
  } finally {
    redis.disconnect();
    close();
  }
}

/** Rows of one kind, built by the same code that applies events from the log. */
async function fillStream(
  view: FeatureView,
  definition: RowDefinition,
  db: DuckDBConnection,
  redis: Redis,
): Promise<number> {
  const key = ENTITY_KEYS[definition.entity];
  const rows = new Map<string, StreamRow>();
  if (definition.firstSeen) {
    const found = await rowsOf(
      db,
      `SELECT ${key} AS id, min(ts) AS first, max(ts) AS last FROM lake_transactions GROUP BY ALL`,
    );
    for (const { id, first, last } of found) {
      rows.set(String(id), { updated_at: Number(last), first_seen: Number(first) });
    }
  }
  if (definition.windowMs > 0) {
    const recent = await rowsOf(
      db,
      `SELECT * FROM lake_transactions
       WHERE ts >= (SELECT max(ts) FROM lake_transactions) - ${keptMs(definition)} ORDER BY ts, id`,
    );
    for (const found of recent) {
      const transaction = toTransaction(found);
      const id = transaction[key];
      rows.set(id, applyTransaction(view, definition, rows.get(id), transaction, Number(found.ts)).row);
    }
  }
  const writer = new RowWriter(redis);
  for (const [id, row] of rows) await writer.set(rowKey(view, definition, id), encodeRow(row));
  await writer.flush();
  return rows.size;
}

/** A row of the lake as the platform's transaction. */
export const toTransaction = (row: Record<string, unknown>): Transaction => ({
  id: String(row.id),
  card_id: String(row.card_id),
  amount: Number(row.amount),
  currency: row.currency as Currency,
  merchant_id: String(row.merchant_id),
  country: String(row.country),
  device_id: String(row.device_id),
  channel: row.channel as Transaction['channel'],
  timestamp: new Date(Number(row.ts)).toISOString(),
});

import type { DuckDBConnection } from '@duckdb/node-api';
import type { Redis } from 'ioredis';
import type { Transaction } from '../../../lib/contract/transaction.ts';
import { createEvaluator } from '../../../lib/features/evaluate.ts';
import { rowKeys, watermarkKey } from '../../../lib/features/keys.ts';
import { historicalSql } from '../../../lib/features/sql.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { DAY_MS, HOUR_MS } from '../../../lib/kit/clock.ts';
import { type LogReader, partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import { errors } from '../definitions.ts';
import { toTransaction } from '../jobs/fill.ts';
import type { ParityReport } from '../jobs/job.ts';
import { rowsOf, viewLake } from '../lake/duckdb.ts';
import { loadLogTail } from '../lake/tail.ts';
import { readServed, servedSql } from './served.ts';
import { Tally } from './tally.ts';

/** An event may happen this long before it is recorded: the comparison stays clear of what is on its way. */
const IN_FLIGHT_MS = HOUR_MS / 4;
/** Rows keep what has left their windows six hours longer; a comparison that took nearly that long says nothing. */
const KEPT_MS = 5.5 * HOUR_MS;
/** Request ids of cards asked again; served requests keep theirs. */
const ASKED_AGAIN = 'parity-';

export interface Sides {
  /** An empty database of the comparison's own. */
  db: DuckDBConnection;
  /** Folder of the lake. */
  lake: string;
  online: Redis;
  log: LogReader;
}

export interface Extent {
  /** So many cards, and so many served requests. */
  entities: number;
  /** Without what nightly SQL makes of merchants: their rows are most of the lake. */
  withoutMerchants?: boolean;
  /** Wall time, epoch ms, from which on the log is read; the lake has what is older. */
  logSince?: number;
}

/**
 * Asks the definition's SQL, over lake and log, for what the online path says of the same requests at the same
 * instant, in two places:
 *
 *   log ─▶ feature-consumer ─▶ rows ─▶ inference ─▶ prediction event
 *                               │                          │
 *                     evaluated here: `stored`   as the model got it: `served`
 *
 * What differs in both is wrong in the rows, what differs in the second alone is wrong in who reads them. The instant
 * is the pipeline's own watermark, or the time of a request: how old rows are is what freshness answers.
 */
export async function comparePaths(sides: Sides, view: FeatureView, extent: Extent): Promise<ParityReport> {
  const { db, lake, online, log } = sides;
  const at = await comparisonTime(view, online);
  const served = await readServed(view, log);
  await viewLake(db, lake);
  await loadLogTail(db, log, extent.logSince);
  await makeRequests(db, at, extent, served.keys());

  const found = await rowsOf(db, 'SELECT * FROM requests');
  const again = found.filter(({ id }) => String(id).startsWith(ASKED_AGAIN)).map(toTransaction);
  // At once: rows forget what leaves their windows while the slower SQL is still at work.
  const rows = await Promise.all(again.map((request) => online.mget(rowKeys(view, request))));
  const tooLate = (await comparisonTime(view, online)) - at > KEPT_MS;
  const features = view.features.filter(({ entity }) => !extent.withoutMerchants || entity !== 'merchant');
  const offline = await offlineFeatures(db, { ...view, features });

  const stored = new Tally(view, features);
  const evaluator = createEvaluator(view);
  const values = new Float32Array(evaluator.width);
  for (const [i, request] of tooLate ? [] : again.entries()) {
    evaluate(request, rows[i]!);
    stored.add({ card_id: request.card_id }, values, offline.get(request.id));
  }
  const asServed = new Tally(view, features);
  for (const { id, card_id } of found) {
    const one = served.get(String(id));
    if (!one) continue;
    const example = { card_id: String(card_id), transaction_id: String(id), region: one.region };
    asServed.add(example, one.values, offline.get(String(id)));
  }
  return {
    view: viewId(view),
    at: new Date(at).toISOString(),
    ...stored.report(),
    served: asServed.report(),
  };

  function evaluate(request: Transaction, texts: (string | null)[]): void {
    try {
      evaluator.evaluate(request, at, texts, values, 0);
    } catch {
      values.fill(Number.NaN); // a row nobody can read holds none of its features
    }
  }
}

async function comparisonTime(view: FeatureView, online: Redis): Promise<number> {
  const watermarks = await online.hgetall(watermarkKey(view));
  const times = partitionsOf('transactions').map((partition) => Date.parse(watermarks[partition] ?? ''));
  if (times.some(Number.isNaN)) throw errors.NO_WATERMARK(viewId(view));
  return Math.min(...times) - IN_FLIGHT_MS;
}

/**
 * Makes `requests`: the newest transaction of cards active within a day, asked again at `at`, and requests as they
 * were served; which ones depends on `at` alone. And `related`: whatever their features can be computed from.
 */
async function makeRequests(
  db: DuckDBConnection,
  at: number,
  { entities, withoutMerchants }: Extent,
  served: Iterable<string>,
): Promise<void> {
  await db.run(
    `CREATE TABLE recent AS SELECT * FROM all_transactions WHERE ts >= ${at - DAY_MS} AND ts < ${at}`,
  );
  await db.run(`CREATE TABLE requests AS
    FROM (SELECT '${ASKED_AGAIN}' || card_id AS id, * EXCLUDE (id, ts), ${at}::BIGINT AS ts FROM (
      SELECT * FROM recent QUALIFY row_number() OVER (PARTITION BY card_id ORDER BY ts DESC, id) = 1
    ) ORDER BY hash(card_id || '${at}') LIMIT ${entities})
    UNION ALL BY NAME FROM (${servedSql('recent', served, at, entities)})`);
  const of = (key: string) => `${key} IN (SELECT ${key} FROM requests)`;
  const own = `${of('card_id')}${withoutMerchants ? '' : ` OR ${of('merchant_id')}`}`;
  await db.run(
    `CREATE TABLE touched AS SELECT *, ${own} AS whole FROM all_transactions WHERE ${own} OR ${of('device_id')}`,
  );
  // Of a device all that is asked is since when it is known, so its first transaction stands for all of them.
  await db.run(`CREATE TABLE related AS SELECT * EXCLUDE (whole) FROM (
    FROM touched WHERE whole
    UNION ALL (FROM touched QUALIFY row_number() OVER (PARTITION BY device_id ORDER BY ts) = 1))`);
}

/** The definition's SQL for all requests, by their ids. */
async function offlineFeatures(db: DuckDBConnection, view: FeatureView) {
  const relations = { transactions: 'related', labels: 'all_labels', requests: 'requests' };
  const found = await rowsOf(db, historicalSql(view, relations));
  return new Map(found.map((row) => [String(row.transaction_id), row]));
}

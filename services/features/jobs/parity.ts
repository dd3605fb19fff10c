import type { DuckDBConnection } from '@duckdb/node-api';
import type { Redis } from 'ioredis';
import { createEvaluator } from '../../../lib/features/evaluate.ts';
import { rowKeys, watermarkKey } from '../../../lib/features/keys.ts';
import { historicalSql } from '../../../lib/features/sql.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { DAY_MS, HOUR_MS } from '../../../lib/kit/clock.ts';
import { partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import { definitionOf, errors, loadDefinitions } from '../definitions.ts';
import { openDuckDb, rowsOf, viewLake } from '../lake/duckdb.ts';
import { loadLogTail } from '../lake/tail.ts';
import { toTransaction } from './fill.ts';
import type { JobEnvironment, Jobs, ParityReport } from './job.ts';
import { openRedis } from './online.ts';

/** An event may happen this long before it is recorded: the comparison stays clear of what is on its way. */
const IN_FLIGHT_MS = HOUR_MS / 4;
const EXAMPLES = 5;

/**
 * Asks both paths for the features of the same requests at the same instant: the stream rows as they are in the
 * online store, and the definition's SQL over lake and log. The instant is the pipeline's own watermark: how old the
 * rows are is another question, which freshness answers.
 */
export async function parity(
  { view: id, entities }: Jobs['parity']['parameters'],
  { lake, onlineRedis, logRedis, memory, threads, scratch }: JobEnvironment,
): Promise<ParityReport> {
  const { view } = definitionOf(loadDefinitions(), id);
  const { db, close } = await openDuckDb({ threads, memory, temporary: scratch });
  const online = await openRedis(onlineRedis);
  const log = await openRedis(logRedis);
  try {
    const at = await comparisonTime(view, online);
    await viewLake(db, lake);
    await loadLogTail(db, log);
    await makeRequests(db, at, entities);
    return await compare(view, at, db, online);
  } finally {
    online.disconnect();
    log.disconnect();
    close();
  }
}

async function comparisonTime(view: FeatureView, online: Redis): Promise<number> {
  const watermarks = await online.hgetall(watermarkKey(view));
  const times = partitionsOf('transactions').map((partition) => Date.parse(watermarks[partition] ?? ''));
  if (times.some(Number.isNaN)) throw errors.NO_WATERMARK(viewId(view));
  return Math.min(...times) - IN_FLIGHT_MS;
}

/** The newest transaction of cards active within a day, asked again at `at`; which cards depends on `at` alone. */
async function makeRequests(db: DuckDBConnection, at: number, entities: number): Promise<void> {
  await db.run(`CREATE TABLE requests AS
    SELECT 'parity-' || card_id AS id, * EXCLUDE (id, ts), ${at}::BIGINT AS ts FROM (
      SELECT * FROM all_transactions WHERE ts >= ${at - DAY_MS} AND ts < ${at}
      QUALIFY row_number() OVER (PARTITION BY card_id ORDER BY ts DESC, id) = 1
    ) ORDER BY hash(card_id || '${at}') LIMIT ${entities}`);
}

async function compare(
  view: FeatureView,
  at: number,
  db: DuckDBConnection,
  redis: Redis,
): Promise<ParityReport> {
  const requests = (await rowsOf(db, 'SELECT * FROM requests')).map(toTransaction);
  // At once: rows forget what leaves their windows while the slower SQL is still at work.
  const rows = await Promise.all(requests.map((request) => redis.mget(rowKeys(view, request))));
  const offline = new Map<string, Record<string, unknown>>();
  const relations = { transactions: 'all_transactions', labels: 'all_labels', requests: 'requests' };
  for (const row of await rowsOf(db, historicalSql(view, relations)))
    offline.set(String(row.transaction_id), row);

  const evaluator = createEvaluator(view);
  const values = new Float32Array(evaluator.width);
  const mismatches = new Map(view.features.map(({ name }) => [name, 0]));
  const examples: ParityReport['examples'] = [];
  let mismatched = 0;
  for (const [i, request] of requests.entries()) {
    evaluator.evaluate(request, at, rows[i]!, values, 0);
    let same = true;
    for (const [column, { name }] of view.features.entries()) {
      const expected = Number(offline.get(request.id)?.[name]);
      if (Object.is(values[column], expected)) continue;
      same = false;
      mismatches.set(name, mismatches.get(name)! + 1);
      if (examples.length < EXAMPLES) {
        examples.push({
          card_id: request.card_id,
          feature: name,
          online: values[column]!,
          offline: expected,
        });
      }
    }
    if (!same) mismatched++;
  }
  const compared = requests.length;
  return {
    view: viewId(view),
    at: new Date(at).toISOString(),
    entities: compared,
    mismatched,
    features: [...mismatches].map(([name, count]) => ({
      name,
      compared,
      mismatched: count,
      ratio: compared === 0 ? 0 : count / compared,
    })),
    examples,
  };
}

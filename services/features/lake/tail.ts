import type { DuckDBConnection } from '@duckdb/node-api';
import type { EventsByTopic } from '../../../lib/contract/events.ts';
import { contractProblem } from '../../../lib/kit/eventlog/contract.ts';
import { type LogReader, partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import { columnsSql, SOURCE_TABLES, type Table } from './layout.ts';
import { TO_ROW } from './rows.ts';
import { appendRows, type LakeRow } from './writer.ts';

const PAGE = 2_000;

type Tail = Pick<LogReader, 'read'>;

/**
 * Makes `all_transactions` and `all_labels`: the lake and what the log holds beside it. Duplicates stay.
 * @param since wall time, epoch ms, from which on the log is read; what is older has to be in the lake
 */
export async function loadLogTail(db: DuckDBConnection, log: Tail, since?: number): Promise<void> {
  for (const table of SOURCE_TABLES) {
    await db.run(`CREATE TABLE log_${table} (${columnsSql(table)})`);
    for (const partition of partitionsOf(table)) {
      for await (const rows of pages(log, table, partition, since))
        await appendRows(db, `log_${table}`, table, rows);
    }
    await db.run(
      `CREATE VIEW all_${table} AS SELECT * FROM lake_${table} UNION ALL SELECT * FROM log_${table}`,
    );
  }
}

async function* pages<T extends Table>(
  log: Tail,
  table: T,
  partition: number,
  since: number | undefined,
): AsyncIterable<LakeRow[]> {
  let rows: LakeRow[] = [];
  for await (const { event } of log.read(table, partition, since === undefined ? {} : { since })) {
    // The lake sets such events aside, and so does whoever applies them.
    if (contractProblem(table, event) !== undefined) continue;
    rows.push(TO_ROW[table](event as EventsByTopic[T]).row);
    if (rows.length < PAGE) continue;
    yield rows;
    rows = [];
  }
  yield rows;
}

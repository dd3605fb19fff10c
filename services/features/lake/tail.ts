import type { DuckDBConnection } from '@duckdb/node-api';
import type { Redis } from 'ioredis';
import type { EventsByTopic } from '../../../lib/contract/events.ts';
import { contractProblem } from '../../../lib/kit/eventlog/contract.ts';
import { streamKey } from '../../../lib/kit/eventlog/keys.ts';
import { partitionsOf } from '../../../lib/kit/eventlog/log.ts';
import { parseEntries, type StreamEntry } from '../../../lib/kit/eventlog/records.ts';
import { columnsSql, SOURCE_TABLES, type Table } from './layout.ts';
import { TO_ROW } from './rows.ts';
import { appendRows, type LakeRow } from './writer.ts';

const PAGE = 2_000;

/**
 * Makes `all_transactions` and `all_labels`: the lake and what the log holds beside it. Duplicates stay.
 * @param from position in the log at which to begin; what is older has to be in the lake
 */
export async function loadLogTail(db: DuckDBConnection, log: Redis, from = '-'): Promise<void> {
  for (const table of SOURCE_TABLES) {
    await db.run(`CREATE TABLE log_${table} (${columnsSql(table)})`);
    for (const partition of partitionsOf(table)) {
      for await (const rows of pages(log, table, partition, from))
        await appendRows(db, `log_${table}`, table, rows);
    }
    await db.run(
      `CREATE VIEW all_${table} AS SELECT * FROM lake_${table} UNION ALL SELECT * FROM log_${table}`,
    );
  }
}

async function* pages<T extends Table>(
  redis: Redis,
  table: T,
  partition: number,
  beginning: string,
): AsyncIterable<LakeRow[]> {
  let from = beginning;
  for (;;) {
    const entries = (await redis.xrange(
      streamKey(table, partition),
      from,
      '+',
      'COUNT',
      PAGE,
    )) as StreamEntry[];
    const records = parseEntries(table, partition, entries);
    yield records.flatMap(({ event }) =>
      // The lake sets such events aside, and so does whoever applies them.
      contractProblem(table, event) === undefined ? [TO_ROW[table](event as EventsByTopic[T]).row] : [],
    );
    if (entries.length < PAGE) return;
    from = `(${entries.at(-1)![0]}`;
  }
}

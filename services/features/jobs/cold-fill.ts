import { COPIED, COPY_ROWS } from '../../../lib/features/cold.ts';
import { filledKey, materializedKey, rowKey } from '../../../lib/features/keys.ts';
import { type RowDefinition, viewId } from '../../../lib/features/view.ts';
import { PostgresPool } from '../../../lib/kit/postgres.ts';
import { definitionOf, loadDefinitions } from '../definitions.ts';
import type { JobEnvironment, Jobs } from './job.ts';
import { openRedis } from './online.ts';

/** Rows of one statement. */
const CHUNK = 200;
const BOUNDS = { max: 1, acquireTimeoutMs: 10_000, queryTimeoutMs: 30_000 };
/** How keys of nightly rows end (lib/features/keys.ts). */
const NIGHTLY = ':nightly';
const SILENT = { debug: () => {} };

/**
 * Copies the rows of the online store into the cold one, under traffic: what its writer writes meanwhile is newer than
 * what is read here, and is left alone. Rows the online store has lost stay; nightly ones it has dropped go.
 */
export async function coldFill(
  { view: id, rows, wanted }: Jobs['cold-fill']['parameters'],
  { onlineRedis, coldStore }: Pick<JobEnvironment, 'onlineRedis' | 'coldStore'>,
): Promise<Jobs['cold-fill']['result']> {
  const { view } = definitionOf(loadDefinitions(), id);
  const redis = await openRedis(onlineRedis);
  const cold = new PostgresPool(coldStore, BOUNDS, { name: 'cold-fill', logger: SILENT });
  try {
    // The times of the server, to be compared with those of the rows.
    const [begun] = await cold.query<{ at: string }>({ text: 'SELECT clock_timestamp()::text AS at' });
    const [filled, materialized] = await redis.mget(filledKey(view), materializedKey(view));
    let written = 0;
    for (const definition of view.rows) {
      if (rows === 'nightly' && definition.cadence !== 'nightly') continue;
      for await (const found of redis.scanStream({ match: rowKey(view, definition, '*'), count: CHUNK })) {
        const keys = (found as string[]).filter((key) => isOf(definition, key));
        if (keys.length === 0) continue;
        const texts = await redis.mget(keys);
        // SCAN may name a key twice, and one statement must not write a row twice.
        const pairs = new Map(keys.flatMap((key, i) => (texts[i] == null ? [] : [[key, texts[i]]])));
        await cold.query({ text: COPY_ROWS, values: [[...pairs.keys()], [...pairs.values()], begun!.at] });
        written += pairs.size;
      }
      if (definition.cadence === 'nightly') {
        const text =
          'DELETE FROM feature_rows WHERE starts_with(key, $1) AND key LIKE $2 AND written_at < $3';
        const prefix = rowKey(view, { ...definition, cadence: 'stream' }, '');
        await cold.query({ text, values: [prefix, `%${NIGHTLY}`, begun!.at] });
      }
    }
    await cold.query({ text: COPIED, values: [viewId(view), wanted, filled, materialized] });
    return { written };
  } finally {
    redis.disconnect();
    await cold.close();
  }
}

/** The pattern of stream rows matches nightly ones too. */
const isOf = ({ cadence }: RowDefinition, key: string): boolean =>
  (cadence === 'nightly') === key.endsWith(NIGHTLY);

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DAY_MS, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { queryLake } from './feature-store.ts';

/**
 * Writes `days` business days before opening into a lake: `perDay` transactions each, with labels up to a day later,
 * drawn by DuckDB from a hash of the row number. The distributions mean nothing; shapes and sizes do.
 */
export async function writeLake(
  lake: string,
  options: { days: number; perDay: number; cards: number },
): Promise<void> {
  const { days, perDay, cards } = options;
  const from = OPENING_DAY_MS - days * DAY_MS;
  const draw = (salt: number) => `(hash(i * 31 + ${salt}) % 1000003) / 1000003.0`;
  const transactions = `SELECT 'h-' || i AS id, 'card-' || (${draw(1)} * ${cards})::INT AS card_id,
    round(${draw(2)} * 10000 + 1) / 100 AS amount, CASE WHEN ${draw(3)} < 0.9 THEN 'EUR' ELSE 'USD' END AS currency,
    'merchant-' || (${draw(4)} * 200)::INT AS merchant_id, CASE WHEN ${draw(5)} < 0.9 THEN 'DE' ELSE 'FR' END AS country,
    'device-' || (${draw(6)} * ${cards} * 1.5)::INT AS device_id,
    ['terminal', 'webshop', 'partner'][1 + floor(${draw(7)} * 3)::INT] AS channel,
    (${from} + floor(${draw(8)} * ${days * 86_400} * 1000))::BIGINT AS ts FROM range(${days * perDay}) rows(i)`;
  const labels = `SELECT id AS transaction_id, card_id, hash(id) % 60 = 0 AS is_fraud, ts AS transaction_ts,
    (ts + hash(id) % ${DAY_MS})::BIGINT AS matured_ts FROM (${transactions})`;
  const write = (table: string, rows: string, time: string) => {
    mkdirSync(join(lake, table), { recursive: true });
    return queryLake(`COPY (SELECT *, strftime(make_timestamp(${time} * 1000), '%Y-%m-%d') AS day FROM (${rows})
      WHERE ${time} < ${OPENING_DAY_MS}) TO '${join(lake, table)}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))`);
  };
  await write('transactions', transactions, 'ts');
  await write('labels', labels, 'matured_ts');
}

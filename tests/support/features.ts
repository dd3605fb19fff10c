import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fastify from 'fastify';
import { digestOf } from './registry.ts';

/** A peer that answers the feature service's calls with one made-up Parquet file. */
export interface TestFeatures {
  url: string;
  stop(): Promise<void>;
}

const FEATURES = [
  'amount_eur',
  'hour_of_day',
  'card_tx_count_1h',
  'device_age_hours',
  'card_amount_mean_30d',
];

/**
 * Fraud here is likelier with large amounts, quick successions and new devices. Two per cent of the rows have no
 * mean, and labels mature within a day.
 */
const ROWS = `
  SELECT *, (random() < 1 / (1 + exp(10.5 - 1.4 * ln(amount_eur) - 1.5 * card_tx_count_1h
                                    - CASE WHEN device_age_hours < 24 THEN 4 ELSE 0 END)))::BOOLEAN AS is_fraud,
    ts + (random() * 86400000)::BIGINT AS matured_ts
  FROM (
    SELECT 'tx-' || i AS transaction_id, 'card-' || (i % 500) AS card_id,
      ($from + i * ($to - $from) / $rows)::BIGINT AS ts,
      ['terminal', 'webshop', 'partner'][1 + (i % 3)] AS channel,
      (exp(3 + 1.2 * (random() + random() + random() - 1.5)))::FLOAT AS amount_eur,
      (i % 24)::FLOAT AS hour_of_day,
      floor(4 * random() * random())::FLOAT AS card_tx_count_1h,
      (720 * random() ** 2)::FLOAT AS device_age_hours,
      CASE WHEN random() < 0.02 THEN NULL ELSE (20 + 30 * random())::FLOAT END AS card_amount_mean_30d
    FROM range($rows) AS r(i))`;

export async function startFeatures(rows: number): Promise<TestFeatures> {
  const home = mkdtempSync(join(tmpdir(), 'features-'));
  const app = fastify();
  app.get('/v1/views/fraud/versions/1', () => ({
    name: 'fraud',
    version: 1,
    features: FEATURES.map((name) => ({ name, type: 'float' })),
  }));
  app.post('/v1/historical-features', async (request) => {
    const { from, to } = request.body as { from: string; to: string };
    const path = join(home, 'training.parquet');
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run('SELECT setseed(0.5)');
    const query = ROWS.replaceAll('$from', String(Date.parse(from)))
      .replaceAll('$to', String(Date.parse(to)))
      .replaceAll('$rows', String(rows));
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    return { path, rows, fingerprint: digestOf(`${from} ${to} ${rows}`) };
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    async stop() {
      await app.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { DAY_MS, dayName, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { type PendingLabel, PendingLabels } from '../labels/pending.ts';
import { labelDelay } from '../simulation/labels.ts';
import { createPopulation } from '../simulation/population.ts';
import { Simulation, USUAL_FRAUD_SHARE, USUAL_MIX, WARM_UP_MS } from '../simulation/simulation.ts';
import { writeDay } from './lake.ts';

export interface HistoryOptions {
  seed: string;
  lakeDir: string;
  /** State folder of the live world: labels that mature after opening wait there. */
  stateDir: string;
  days: number;
  volumePerDay: number;
}

export interface HistoryReport {
  /** False when the lake had its history already and nothing was done. */
  written: boolean;
  transactions: number;
  labels: number;
  pending: number;
}

/**
 * Writes the business days before opening into the lake. Whole or not at all: everything is made in a folder beside
 * and moved in place, `transactions` last, because whoever sees that folder takes the history for complete.
 */
export async function writeHistory(options: HistoryOptions): Promise<HistoryReport> {
  const { lakeDir, stateDir } = options;
  if (existsSync(join(lakeDir, 'transactions'))) {
    return { written: false, transactions: 0, labels: 0, pending: 0 };
  }
  const draft = join(lakeDir, '.history');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '192MB', threads: '1' });
  const connection = await instance.connect();
  let made: { report: HistoryReport; pending: PendingLabel[] };
  try {
    made = await writeDays(connection, draft, options);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }

  const pending = new PendingLabels(stateDir);
  pending.clear();
  pending.putAll(made.pending);
  pending.close();
  await rm(join(lakeDir, 'labels'), { recursive: true, force: true });
  await rename(join(draft, 'labels'), join(lakeDir, 'labels'));
  await rename(join(draft, 'transactions'), join(lakeDir, 'transactions'));
  await rm(draft, { recursive: true });
  return made.report;
}

async function writeDays(
  connection: DuckDBConnection,
  folder: string,
  { seed, days, volumePerDay }: HistoryOptions,
): Promise<{ report: HistoryReport; pending: PendingLabel[] }> {
  const startMs = OPENING_DAY_MS - days * DAY_MS;
  const delays = createRandom(`${seed}/history/labels`);
  const simulation = new Simulation({
    population: createPopulation(seed),
    run: 0,
    startMs: startMs - WARM_UP_MS,
    levers: { volumePerDay, fraudShare: USUAL_FRAUD_SHARE, mix: { ...USUAL_MIX } },
  });
  simulation.advance(startMs - 1);

  const report = { written: true, transactions: 0, labels: 0, pending: 0 };
  let pending: PendingLabel[] = [];
  for (let dayMs = startMs; dayMs < OPENING_DAY_MS; dayMs += DAY_MS) {
    const endMs = dayMs + DAY_MS;
    const rows = simulation.advance(endMs - 1);
    await writeDay(connection, folder, 'transactions', dayName(dayMs), (appender) => {
      for (const { transaction, timeMs } of rows) {
        appender.appendVarchar(transaction.id);
        appender.appendVarchar(transaction.card_id);
        appender.appendDouble(transaction.amount);
        appender.appendVarchar(transaction.currency);
        appender.appendVarchar(transaction.merchant_id);
        appender.appendVarchar(transaction.country);
        appender.appendVarchar(transaction.device_id);
        appender.appendVarchar(transaction.channel);
        appender.appendBigInt(BigInt(timeMs));
        appender.endRow();
      }
    });
    for (const { transaction, timeMs, isFraud } of rows) {
      const maturesMs = timeMs + labelDelay(delays);
      pending.push({
        transactionId: transaction.id,
        cardId: transaction.card_id,
        transactionMs: timeMs,
        isFraud,
        maturesMs,
      });
    }
    const matured = pending.filter(({ maturesMs }) => maturesMs < endMs);
    pending = pending.filter(({ maturesMs }) => maturesMs >= endMs);
    await writeDay(connection, folder, 'labels', dayName(dayMs), (appender) => {
      for (const label of matured) {
        appender.appendVarchar(label.transactionId);
        appender.appendVarchar(label.cardId);
        appender.appendBoolean(label.isFraud);
        appender.appendBigInt(BigInt(label.transactionMs));
        appender.appendBigInt(BigInt(label.maturesMs));
        appender.endRow();
      }
    });
    report.transactions += rows.length;
    report.labels += matured.length;
  }
  report.pending = pending.length;
  return { report, pending };
}

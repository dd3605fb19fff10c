import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import type { BenchRow } from '../bench.ts';

/** What the last run of each benchmark found that was asked to be kept. */
export interface Result {
  /** Day of the run. */
  date: string;
  machine: string;
  /** Load average over five minutes at the end of the run: above the number of cores, others were at work. Absent: nobody looked. */
  load?: number;
  cores?: number;
  rows: BenchRow[];
}
export type Results = Record<string, Result>;

const FILE = new URL('./results.json', import.meta.url);

export const readResults = (): Results => JSON.parse(readFileSync(FILE, 'utf8')) as Results;

export function keepResult(bench: string, rows: BenchRow[]): void {
  const date = new Date().toISOString().slice(0, 10);
  const load = Math.round(loadavg()[1]! * 10) / 10;
  const result: Result = { date, machine: machine(), load, cores: availableParallelism(), rows };
  const results = { ...readResults(), [bench]: result };
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

function machine(): string {
  const gib = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return `${availableParallelism()} cores of ${model}, ${gib} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}

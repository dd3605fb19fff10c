/**
 * Runs the benchmarks of this folder: every file beside this one that exports `run`.
 *
 *   node loadtests/bench/run.ts [name ...] [--json] [--quick] [--keep]
 *   node loadtests/bench/run.ts report      docs/performance.md and docs/scaling.md from what was kept
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/kit/errors.ts';
import type { Bench, BenchRow } from './bench.ts';
import { performancePage } from './report/performance.ts';
import { keepResult, readResults } from './report/results.ts';
import { scalingPage } from './report/scaling.ts';

const NOT_BENCHES = ['run.ts', 'bench.ts'];

const available = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NOT_BENCHES.includes(file))
  .map((file) => basename(file, '.ts'));

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  if (positionals[0] === 'report') return report();
  const unknown = positionals.find((name) => !available.includes(name));
  if (unknown !== undefined) {
    console.error(`there is no benchmark ${unknown}; there are: ${available.join(', ')}`);
    return 2;
  }
  const rows: BenchRow[] = [];
  for (const name of positionals.length > 0 ? positionals : available) {
    const { run } = (await import(`./${name}.ts`)) as { run: Bench };
    const progress = (message: string) => console.error(`${name}: ${message}`);
    const found = await run({ quick: values.quick, progress });
    if (values.keep) keepResult(name, found);
    rows.push(...found);
  }
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  else console.log(table(rows));
  return rows.every(({ met }) => met) ? 0 : 1;
}

function report(): number {
  const results = readResults();
  writeFileSync(new URL('../../docs/performance.md', import.meta.url), performancePage(results));
  writeFileSync(new URL('../../docs/scaling.md', import.meta.url), scalingPage(results));
  return 0;
}

function table(rows: BenchRow[]): string {
  const lines = [
    ['', 'figure', 'value', 'target', 'unit', 'against'],
    ...rows.map(({ name, value, unit, target, met, against }) => [
      met ? 'ok' : 'MISS',
      name,
      value.toLocaleString('en'),
      target.toLocaleString('en'),
      unit,
      against,
    ]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}

import type { BenchRow } from '../bench.ts';
import type { Result, Results } from './results.ts';

/** A table whose columns are as wide as their widest cell. */
export function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((name, i) => Math.max(name.length, ...lines.map((line) => line[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join('\n');
}

export const number = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: value < 1_000 ? 3 : 4 });

/** The figure of that name and when it was measured. */
export function figure(results: Results, name: string): { row: BenchRow; result: Result } | undefined {
  for (const result of Object.values(results)) {
    const row = result.rows.find((candidate) => candidate.name === name);
    if (row) return { row, result };
  }
  return undefined;
}

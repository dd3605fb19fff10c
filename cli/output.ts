/** `--json` prints exactly one document; otherwise a person gets text. */
export function print(options: { json?: boolean }, document: unknown, text: () => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(document, null, 2) : text()}\n`);
}

/** Columns as kubectl prints them: a heading in capitals, two blanks between. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings.map((heading) => heading.toUpperCase()), ...rows];
  const widths = headings.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `3.2 s`, `45 s`, `12 min`, `3 h`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

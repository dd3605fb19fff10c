import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from './layout.ts';

/** What the engine says while it brings the platform up; the last line is `up` or `failed`. */
export type ProgressLine =
  | { event: 'begun'; step: string; title: string }
  | { event: 'done'; step: string; title: string; ms: number }
  | { event: 'up'; ms: number }
  | { event: 'failed'; code: string; message: string; stack?: string };

/** A file, because it also tells about a start that never got as far as an API. One per engine process. */
const fileOf = ({ run }: Layout, pid: number) => join(run, `progress-${pid}.jsonl`);

export class ProgressWriter {
  readonly #file: string;

  constructor(layout: Layout, pid = process.pid) {
    for (const old of readdirSync(layout.run).filter((name) => name.startsWith('progress-'))) {
      rmSync(join(layout.run, old), { force: true });
    }
    this.#file = fileOf(layout, pid);
  }

  write(line: ProgressLine): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** All lines an engine has written so far. */
export function readProgress(layout: Layout, pid: number): ProgressLine[] {
  try {
    const lines = readFileSync(fileOf(layout, pid), 'utf8').split('\n');
    // The last piece is empty, or a line still being written.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as ProgressLine);
  } catch {
    return [];
  }
}

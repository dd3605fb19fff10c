import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LogLine } from '../target.ts';

const DEFAULT_TAIL = 1_000;

export interface LogOptions {
  tail?: number;
  /** Wall time, epoch ms. */
  since?: number;
  /** Follow until it aborts. */
  signal?: AbortSignal;
}

/** What a container wrote, both of its streams. A container that was replaced took its lines with it. */
export async function* readLogs(container: string, options: LogOptions): AsyncGenerator<LogLine> {
  const { tail = DEFAULT_TAIL, since, signal } = options;
  const args = ['logs', '--timestamps', '--tail', String(tail), ...(signal ? ['--follow'] : [])];
  if (since !== undefined) args.push('--since', new Date(since).toISOString());
  // Through one pipe, or lines of the two streams would change places.
  const child = spawn('sh', ['-c', 'exec docker "$@" 2>&1', 'sh', ...args, container], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', end, { once: true });
  try {
    for await (const line of createInterface({ input: child.stdout })) yield lineOf(line);
  } finally {
    signal?.removeEventListener('abort', end);
    end();
  }
}

/** `2026-11-22T01:02:03.123456789Z what it wrote` */
export function lineOf(line: string): LogLine {
  const [, at = '', text = line] = /^(\d{4}-\S+Z) ?(.*)$/.exec(line) ?? [];
  return { at: Date.parse(at) || 0, replica: 0, text };
}

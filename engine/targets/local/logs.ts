import type { LogLine } from '../target.ts';
import { timeOf } from '../timestamps.ts';
import { follow, lastLines } from './logfile.ts';

export interface LogSource {
  replica: number;
  file: string;
}

export interface LogOptions {
  /** Lines per workload to begin with. */
  tail?: number;
  /** Wall time, epoch ms. */
  since?: number;
  /** Follow until it aborts; without it the answer ends with what is there. */
  signal?: AbortSignal;
}

const DEFAULT_TAIL = 1_000;

/** What is in the logs of a workload's replicas, by time, and what is appended afterwards. */
export async function* readLogs(sources: readonly LogSource[], options: LogOptions): AsyncGenerator<LogLine> {
  const { tail = DEFAULT_TAIL, since = 0, signal } = options;
  // Followers take their position before the past is read: a line may come twice in between, but none is lost.
  const live = signal && merge(sources.map((source) => followOne(source, signal)));
  const past = await Promise.all(sources.map((source) => pastOf(source, tail)));
  const lines = past.flat().filter(({ at }) => at >= since);
  yield* lines.sort((a, b) => a.at - b.at).slice(tail === 0 ? lines.length : -tail);
  if (live) yield* live;
}

async function pastOf({ file, replica }: LogSource, tail: number): Promise<LogLine[]> {
  let at = 0;
  return (await lastLines(file, tail)).map((text) => {
    // A line without a time (a stack trace) belongs to the one above.
    at = timeOf(text) ?? at;
    return { at, replica, text };
  });
}

async function* followOne({ file, replica }: LogSource, signal: AbortSignal): AsyncGenerator<LogLine> {
  for await (const text of follow(file, signal)) yield { at: timeOf(text) ?? Date.now(), replica, text };
}

async function* merge<T>(sources: AsyncGenerator<T>[]): AsyncGenerator<T> {
  const pull = (source: AsyncGenerator<T>) => source.next().then((result) => ({ source, result }));
  const pending = new Map(sources.map((source) => [source, pull(source)]));
  while (pending.size > 0) {
    const { source, result } = await Promise.race(pending.values());
    if (result.done) pending.delete(source);
    else {
      pending.set(source, pull(source));
      yield result.value;
    }
  }
}

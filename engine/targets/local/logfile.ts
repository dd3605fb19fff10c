import { statSync } from 'node:fs';
import { copyFile, open, stat, truncate } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Bytes a log file may hold before it moves to `<file>.1`; so the disk holds at most twice that per process. */
export const ROTATE_AT_BYTES = 8 * 1024 * 1024;

/**
 * Copies a full log aside and empties it, as logrotate's copytruncate does: the process keeps writing to the file
 * it was started with (opened for appending), so nobody has to be told.
 */
export async function rotate(file: string, atBytes = ROTATE_AT_BYTES): Promise<boolean> {
  const size = await sizeOf(file);
  if (size < atBytes) return false;
  await copyFile(file, `${file}.1`);
  await truncate(file, 0);
  return true;
}

/** The last `count` lines of a log, its rotated half included. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const lines = await tailOf(file, count);
  if (lines.length >= count) return lines;
  return [...(await tailOf(`${file}.1`, count - lines.length)), ...lines];
}

/** Whole lines as they are appended from this call on; goes on across a rotation, ends with the signal. */
export function follow(file: string, signal: AbortSignal, everyMs = 200): AsyncGenerator<string> {
  // Taken at once: what is appended before the first line is asked for belongs to the caller too.
  return linesAfter(statSync(file, { throwIfNoEntry: false })?.size ?? 0, file, signal, everyMs);
}

async function* linesAfter(
  start: number,
  file: string,
  signal: AbortSignal,
  everyMs: number,
): AsyncGenerator<string> {
  let offset = start;
  let rest = '';
  while (!signal.aborted) {
    const size = await sizeOf(file);
    if (size < offset) offset = 0;
    if (size > offset) {
      const lines = (rest + (await read(file, offset, size))).split('\n');
      offset = size;
      rest = lines.pop() ?? '';
      yield* lines;
    }
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}

async function tailOf(file: string, count: number): Promise<string[]> {
  const size = await sizeOf(file);
  for (let bytes = 64 * 1024; ; bytes *= 4) {
    const text = size === 0 ? '' : await read(file, Math.max(0, size - bytes), size);
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    // The first line may be cut unless the whole file was read.
    if (lines.length > count || bytes >= size) return count === 0 ? [] : lines.slice(-count);
  }
}

async function read(file: string, from: number, to: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(to - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

const sizeOf = async (file: string): Promise<number> => {
  try {
    return (await stat(file)).size;
  } catch {
    return 0;
  }
};

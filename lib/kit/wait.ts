import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from './errors.ts';

export interface WaitOptions {
  /** Wall milliseconds until giving up. */
  deadlineMs: number;
  /** Wall milliseconds between looks. */
  everyMs?: number;
  signal?: AbortSignal;
}

/**
 * Polls `look` until it answers something other than undefined or false.
 * @throws AppError WAIT_DEADLINE naming the condition and the last error seen; the reason of an aborted `signal`.
 */
export async function waitFor<T>(
  condition: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  { deadlineMs, everyMs = 100, signal }: WaitOptions,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const seen = await look();
      if (seen !== undefined && seen !== false) return seen;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= end) {
      const because = last === undefined ? '' : ` (last: ${messageOf(last)})`;
      const seconds = Math.round(deadlineMs / 100) / 10;
      throw new AppError('WAIT_DEADLINE', 504, `waited ${seconds} s for ${condition}${because}`, {
        cause: last,
      });
    }
    // The reason of an abort is the caller's; the timer would answer a nameless AbortError.
    await delay(everyMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
  }
}

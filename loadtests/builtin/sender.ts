import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../lib/kit/errors.ts';
import type { Arrivals } from './arrivals.ts';
import { type Iteration, iteration, record } from './current.ts';

const TICK_MS = 5;
const TELL_EVERY_MS = 2_000;
/** How long answers are waited for once nothing is sent any more. */
const GRACE_MS = 5_000;

export interface Sending {
  /** The scenario's name. */
  name: string;
  arrivals: Arrivals;
  /** Requests a second at most; a script that wants more is scaled down as a whole. */
  perSecond: number;
  /** Iterations at a time; what is due beyond counts as dropped. */
  atATime: number;
  iterate(): unknown;
  say(line: string): void;
  signal: AbortSignal;
}

/** Starts iterations when they are due, whatever became of the ones before, and waits for the last ones at the end. */
export async function send({
  name,
  arrivals,
  perSecond,
  atATime,
  iterate,
  say,
  signal,
}: Sending): Promise<void> {
  const scale = Math.min(1, perSecond / arrivals.peak);
  if (scale < 1)
    say(`${Math.round(arrivals.peak)} requests/s are too many here: all rates at ${percent(scale)}`);
  const underWay = new Set<Promise<void>>();
  const failures = new Map<string, number>();
  const start = (where: Iteration) => {
    const run = async () => {
      try {
        await iterate();
        record('iterations', 1);
      } catch (error) {
        const reason = messageOf(error);
        failures.set(reason, (failures.get(reason) ?? 0) + 1);
      }
    };
    const done = iteration.run(where, run).finally(() => underWay.delete(done));
    underWay.add(done);
  };

  const begun = performance.now();
  let due = 0;
  let toldAt = begun;
  for (;;) {
    const now = performance.now();
    const seconds = Math.min((now - begun) / 1000, arrivals.seconds);
    const progress = seconds / arrivals.seconds;
    for (const until = Math.floor(arrivals.dueAfter(seconds) * scale); due < until; due++) {
      if (underWay.size < atATime) start({ name, iterationInTest: due, progress });
      else record('dropped_iterations', 1);
    }
    if (now - toldAt >= TELL_EVERY_MS) {
      toldAt = now;
      say(`${percent(progress)}  ${due} due, ${underWay.size} under way`);
    }
    if (progress >= 1 || signal.aborted) break;
    await delay(TICK_MS, undefined, { signal }).catch(() => {});
  }
  await Promise.race([Promise.all(underWay), delay(GRACE_MS, undefined, { ref: false })]);
  for (const [reason, times] of failures) say(`${times} iterations failed: ${reason}`);
}

const percent = (share: number): string => `${Math.round(share * 100)} %`.padStart(5);

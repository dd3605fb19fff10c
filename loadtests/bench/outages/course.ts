import type { Answer } from '../capacity/sender.ts';

/** Wall ms since 1970. */
export interface Moments {
  begun: number;
  ended: number;
}

export interface Course {
  /** Share of requests answered with 200 while it lasted. */
  availability: number;
  /** Milliseconds, of all answers while it lasted. */
  p99: number;
  /** Share of the answers that said so while it lasted. */
  degraded: number;
  /** Answers of 500 and more that are not 503, in all. */
  broken: number;
  /** Seconds from its end until every slice is whole again. */
  recovery: number;
}

const SLICE_MS = 250;
/** Share of a slice's requests that get a whole answer; the rest may have been due before the end. */
const WHOLE = 0.99;

/** What callers noticed of an outage. */
export function courseOf(answers: readonly Answer[], { begun, ended }: Moments): Course {
  const during = answers.filter(({ at }) => at >= begun && at < ended);
  const answered = during.filter(({ status }) => status === 200);
  const sorted = during.map(({ ms }) => ms).sort((a, b) => a - b);
  return {
    availability: answered.length / during.length,
    p99: sorted[Math.floor(0.99 * (sorted.length - 1))] ?? Number.NaN,
    degraded: answered.filter(({ degraded }) => degraded).length / answered.length,
    broken: answers.filter(({ status }) => status >= 500 && status !== 503).length,
    recovery: recoverySeconds(answers, ended),
  };
}

function recoverySeconds(answers: readonly Answer[], ended: number): number {
  const slices = new Map<number, { sent: number; whole: number }>();
  for (const { at, status, degraded } of answers) {
    if (at < ended) continue;
    const n = Math.floor((at - ended) / SLICE_MS);
    const slice = slices.get(n) ?? { sent: 0, whole: 0 };
    slices.set(n, { sent: slice.sent + 1, whole: slice.whole + Number(status === 200 && !degraded) });
  }
  const ailing = [...slices].filter(([, { sent, whole }]) => whole < WHOLE * sent).map(([n]) => n);
  return ((Math.max(-1, ...ailing) + 1) * SLICE_MS) / 1_000;
}

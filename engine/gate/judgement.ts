import type { GradeLine, Verdict } from '../../lib/contract/grade.ts';
import type { SessionView } from '../session/view.ts';
import type { Seen } from './steps.ts';

/** What is judged: the grader's last word on one attempt. */
export type Judged = Pick<SessionView, 'verdict' | 'grade'>;

const MARKS = { pass: '✓', fail: '✗', inconclusive: '?' } as const;
const lineText = ({ name, outcome, observed, threshold }: GradeLine): string =>
  `${MARKS[outcome]} ${name}: ${observed} (${threshold})`;

const linesOf = (verdict: Verdict): GradeLine[] => [
  ...verdict.recovery,
  ...verdict.invariants,
  ...(verdict.durability ?? []),
];

const passed = ({ verdict, grade }: Judged): boolean => grade?.passed ?? verdict?.outcome === 'pass';
const deductionsOf = ({ grade }: Judged): string[] =>
  (grade?.deductions ?? []).map(({ points, reason }) => `-${points} ${reason}`);

/** Every line of a verdict that tells why, or all of them when none is to blame. */
export function reasons(judged: Judged): string[] {
  if (!judged.verdict) return ['the grader gave no verdict'];
  const lines = linesOf(judged.verdict);
  const bad = lines.filter(({ outcome }) => outcome !== 'pass');
  return [...(bad.length > 0 ? bad : lines).map(lineText), ...deductionsOf(judged)];
}

/** Doing nothing has to end as the variant says. Missing data proves no failure: one line at least has failed. */
export function judgeNothing(judged: Judged, expected: 'pass' | 'fail'): Seen {
  const failed = judged.verdict !== null && linesOf(judged.verdict).some(({ outcome }) => outcome === 'fail');
  const ok = expected === 'pass' ? passed(judged) : !passed(judged) && failed;
  const ended = judged.verdict?.outcome ?? 'without a verdict';
  return { ok, evidence: ok ? [] : [`ended ${ended}, and the variant says ${expected}`, ...reasons(judged)] };
}

/** A solution has to pass, and costs nothing: one that raises a red flag is none. */
export function judgeSolution(judged: Judged): Seen {
  const costs = deductionsOf(judged);
  const ok = passed(judged) && costs.length === 0;
  return { ok, evidence: ok ? [] : reasons(judged) };
}

/**
 * A cheat must not pass. In a false alarm, where there is nothing to mend, it must not come off free. A verdict that saw
 * nothing at all says nothing about it.
 */
export function judgeCheat(judged: Judged, noFault: boolean): Seen {
  const { verdict } = judged;
  if (passed(judged) && !(noFault && deductionsOf(judged).length > 0)) {
    return { ok: false, evidence: ['it passed', ...reasons(judged)] };
  }
  const seen =
    verdict !== null &&
    (verdict.recovery.some(({ outcome }) => outcome !== 'inconclusive') ||
      verdict.invariants.some(({ outcome }) => outcome === 'fail'));
  return { ok: seen, evidence: seen ? [] : ['nothing was seen of it', ...reasons(judged)] };
}

/**
 * Did an attempt fail for a reason of its own? What an earlier one in the same incident has broken already says nothing
 * about it: a recovery that fails does, an invariant only when it was not broken in the same way before.
 */
export function failedByItself(judged: Judged, before: Verdict | null): boolean {
  const { verdict } = judged;
  if (!verdict || verdict.outcome === 'pass') return false;
  const known = new Set((before?.invariants ?? []).map(({ name, observed }) => `${name}: ${observed}`));
  return (
    verdict.recovery.some(({ outcome }) => outcome === 'fail') ||
    verdict.invariants.some(
      ({ name, observed, outcome }) => outcome === 'fail' && !known.has(`${name}: ${observed}`),
    )
  );
}

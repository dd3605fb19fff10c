import { describe, expect, test } from 'vitest';
import type { Grade, GradeLine } from '../../lib/contract/grade.ts';
import { failedByItself, type Judged, judgeCheat, judgeNothing, judgeSolution } from './judgement.ts';

const line = (name: string, outcome: GradeLine['outcome'], observed = 'seen'): GradeLine => ({
  name,
  outcome,
  observed,
  threshold: 'bound',
});
const worst = (lines: GradeLine[]) =>
  lines.some(({ outcome }) => outcome === 'fail')
    ? 'fail'
    : lines.some(({ outcome }) => outcome === 'inconclusive')
      ? 'inconclusive'
      : 'pass';
const judged = (
  recovery: GradeLine[],
  invariants: GradeLine[] = [],
  deductions?: Grade['deductions'],
): Judged => {
  const outcome = worst([...recovery, ...invariants]);
  return {
    verdict: { at: '2026-01-01T00:00:00Z', outcome, recovery, invariants, durability: [] },
    grade: deductions ? ({ passed: outcome === 'pass', deductions } as unknown as Grade) : null,
  };
};
const good = judged([line('rows', 'pass')], [], []);
const bad = judged([line('rows', 'fail')]);
const empty = judged([line('rows', 'inconclusive')]);

describe('doing nothing', () => {
  test('ends as the variant says', () => {
    expect(judgeNothing(good, 'pass').ok).toBe(true);
    expect(judgeNothing(bad, 'fail').ok).toBe(true);
  });
  test('is told with what was seen when it does not', () => {
    expect(judgeNothing(good, 'fail')).toEqual({
      ok: false,
      evidence: ['ended pass, and the variant says fail', '✓ rows: seen (bound)'],
    });
    expect(judgeNothing(bad, 'pass').evidence).toContain('✗ rows: seen (bound)');
  });
  test('proves no failure without data', () => {
    expect(judgeNothing(empty, 'fail').ok).toBe(false);
    expect(judgeNothing({ verdict: null, grade: null }, 'fail').ok).toBe(false);
  });
});

describe('a solution', () => {
  test('passes and costs nothing', () => {
    expect(judgeSolution(good).ok).toBe(true);
    expect(judgeSolution(empty).ok).toBe(false);
    expect(judgeSolution(judged([line('rows', 'pass')], [], [{ reason: 'restarted', points: 10 }]))).toEqual({
      ok: false,
      evidence: ['✓ rows: seen (bound)', '-10 restarted'],
    });
  });
});

describe('a cheat', () => {
  test('must not pass', () => {
    expect(judgeCheat(bad, false).ok).toBe(true);
    expect(judgeCheat(good, false).ok).toBe(false);
    expect(judgeCheat({ verdict: null, grade: null }, false).ok).toBe(false);
  });
  test('is not shown by a verdict that saw nothing', () => {
    expect(judgeCheat(empty, false)).toEqual({
      ok: false,
      evidence: ['nothing was seen of it', '? rows: seen (bound)'],
    });
    const stopped = judged([line('rows', 'inconclusive')], [line('world', 'fail')]);
    expect(judgeCheat(stopped, false).ok).toBe(true);
  });
  test('must not come off free in a false alarm', () => {
    expect(judgeCheat(good, true).ok).toBe(false);
    expect(
      judgeCheat(judged([line('rows', 'pass')], [], [{ reason: 'restarted', points: 20 }]), true).ok,
    ).toBe(true);
  });

  const silenced = line('silences', 'fail', 'on-call silenced x');
  test.each([
    ['a recovery that fails', judged([line('rows', 'fail')], [silenced]), true],
    ['an invariant of its own', judged([line('rows', 'pass')], [silenced, line('world', 'fail')]), true],
    ['what was broken before alone', judged([line('rows', 'pass')], [silenced]), false],
    ['missing data alone', judged([line('rows', 'inconclusive')], [silenced]), false],
    ['nothing', good, false],
  ])('fails by itself with %s', (_what, now, yes) => {
    expect(failedByItself(now, judged([line('rows', 'fail')], [silenced]).verdict)).toBe(yes);
  });
});

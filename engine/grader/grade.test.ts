import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../lib/contract/grade.ts';
import family from '../../scenarios/stale-online-features/scenario.ts';
import { incidentOf } from '../contract/scenario.ts';
import { newRecord, type SessionRecord } from '../session/record.ts';
import { gradeSession } from './grade.ts';
import { raisedFlags } from './red-flags.ts';

const scenario = incidentOf(family, 'base');
const drawn = { variant: 'base', seed: null };
const VISIBLE = 1_000_000;
const seconds = (n: number) => VISIBLE + n * 1000;
const loss = { requests: 0, missed_fraud_eur: null, customers_declined_wrongly: null };
const verdict = (outcome: Verdict['outcome'], at = 100): Verdict => ({
  at: new Date(seconds(at)).toISOString(),
  outcome,
  recovery: [{ name: 'fresh', outcome, observed: '', threshold: '' }],
  invariants: [{ name: 'silences', outcome: 'pass', observed: 'unchanged', threshold: '' }],
  durability: [],
});

const perfect = (): SessionRecord => ({
  ...newRecord(scenario.id, drawn, VISIBLE - 30_000),
  visibleAt: VISIBLE,
  acknowledgedAt: seconds(20),
  updates: [
    {
      at: seconds(40),
      text: 'on it',
      impact: 'fraud waved through',
      action: 'undo',
      next: 'check',
      eta: null,
    },
  ],
  submission: {
    at: seconds(60),
    component: 'feature-consumer',
    cause: 'ingest-limit',
    evidence: [{ source: 'promql', query: 'up', value: '1', problem: null }],
    ruledOut: ['quiet-traffic'],
  },
  verdicts: [verdict('pass')],
});
const score = (record: SessionRecord) => gradeSession(scenario, record, [], loss).score;

describe('a grade', () => {
  it('is a hundred for somebody who does everything right', () => {
    const grade = gradeSession(scenario, perfect(), [], loss);
    expect(grade).toMatchObject({
      score: 100,
      passed: true,
      times: { detect: 20, locate: 60, mitigate: 100 },
    });
    expect(grade.sections.reduce((sum, { of }) => sum + of, 0)).toBe(100);
  });
  it('is nothing, and not passed, for doing nothing', () => {
    const idle = {
      ...newRecord(scenario.id, drawn, VISIBLE),
      visibleAt: VISIBLE,
      verdicts: [verdict('fail')],
    };
    expect(gradeSession(scenario, idle, [], loss)).toMatchObject({ score: 0, passed: false });
  });
  it('does not pass on missing data', () => {
    expect(
      gradeSession(scenario, { ...perfect(), verdicts: [verdict('inconclusive')] }, [], loss).passed,
    ).toBe(false);
  });
  it('takes points for a wrong component, a wrong cause, silence and lateness', () => {
    const base = perfect();
    const { submission } = base;
    expect(score({ ...base, submission: { ...submission!, component: 'features' } })).toBe(85);
    expect(score({ ...base, submission: { ...submission!, cause: 'poison-event' } })).toBe(75);
    expect(score({ ...base, submission: { ...submission!, evidence: [] } })).toBe(95);
    expect(score({ ...base, updates: [] })).toBe(90);
    expect(score({ ...base, acknowledgedAt: seconds(200) })).toBe(95);
    expect(score({ ...base, acknowledgedAt: null })).toBe(90);
  });
  it('gives something for a cause of the right category, and for what was ruled out', () => {
    const { submission } = perfect();
    const said = (change: object) => score({ ...perfect(), submission: { ...submission!, ...change } });
    expect(said({ cause: 'consumer-crash-loop' })).toBe(82);
    expect(said({ ruledOut: [] })).toBe(97);
    expect(said({ ruledOut: ['quiet-traffic', 'ingest-limit'] })).toBe(97);
  });
  it('adds a bonus for prevention, to a hundred at most', () => {
    const seen = { name: 'again', outcome: 'pass' as const, observed: '', threshold: '' };
    const prevention = { again: [], afterSeconds: 0, holdSeconds: 5, checks: [], points: 8, means: 'x' };
    const graded = (record: SessionRecord) =>
      gradeSession({ ...scenario, prevention }, record, [], loss).score;
    const silent = { ...perfect(), updates: [] };
    expect(graded(silent)).toBe(90);
    expect(graded({ ...silent, prevention: seen })).toBe(98);
    expect(graded({ ...silent, prevention: { ...seen, outcome: 'fail' } })).toBe(90);
    expect(graded({ ...perfect(), prevention: seen })).toBe(100);
  });
  it('does not count a recovery that did not last', () => {
    const gone = { name: 'restart', outcome: 'fail' as const, observed: '', threshold: '' };
    const grade = gradeSession(
      scenario,
      {
        ...perfect(),
        verdicts: [{ ...verdict('fail'), recovery: verdict('pass').recovery, durability: [gone] }],
      },
      [],
      loss,
    );
    expect(grade.passed).toBe(false);
    expect(grade.sections.find(({ name }) => name === 'mitigation')?.points).toBe(0);
  });
  it('takes points for hints and for every failed check after the first', () => {
    expect(score({ ...perfect(), hintsTaken: 1 })).toBe(95);
    expect(score({ ...perfect(), verdicts: [verdict('fail'), verdict('pass')] })).toBe(100);
    expect(score({ ...perfect(), verdicts: [verdict('fail'), verdict('fail'), verdict('pass')] })).toBe(97);
  });
  it('gives nothing for leaving things alone when the bank did not recover', () => {
    const grade = gradeSession(scenario, { ...perfect(), verdicts: [verdict('fail')] }, [], loss);
    expect(grade.sections.find(({ name }) => name === 'mitigation')?.points).toBe(0);
  });
});

describe('red flags', () => {
  const flag = (id: string) => scenario.redFlags.find((one) => one.id === id)!;
  const restart = (object: string, at = 10) => ({
    at: seconds(at),
    business: '2025-03-03T00:00:00.000Z',
    actor: 'operator',
    action: 'restart',
    object,
  });

  it('come from the audit trail, counted by different objects', () => {
    const flags = [flag('restarted-everything')];
    const three = ['a', 'b', 'c', 'c'].map((object) => restart(object));
    expect(raisedFlags(flags, three, perfect(), undefined)).toEqual([]);
    expect(raisedFlags(flags, [...three, restart('d')], perfect(), undefined)).toHaveLength(1);
  });
  it('come from broken invariants, with what was seen', () => {
    const broken = verdict('fail');
    broken.invariants = [{ name: 'silences', outcome: 'fail', observed: 'ann silenced X', threshold: '' }];
    expect(raisedFlags([flag('silenced')], [], perfect(), broken)).toMatchObject([
      { because: 'ann silenced X' },
    ]);
  });
  it('can be limited to what was done before a moment', () => {
    const early = { ...flag('restarted-everything'), atLeast: 1, before: 'submit' as const };
    expect(raisedFlags([early], [restart('a', 59)], perfect(), undefined)).toHaveLength(1);
    expect(raisedFlags([early], [restart('a', 61)], perfect(), undefined)).toEqual([]);
  });
});

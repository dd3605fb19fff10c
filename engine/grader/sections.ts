import type { GradeLine, GradeSection } from '../../lib/contract/grade.ts';
import type { Cause, Incident } from '../contract/scenario.ts';
import type { SessionRecord } from '../session/record.ts';

const seconds = (from: number | null, to: number | null | undefined): number | null =>
  from === null || to === null || to === undefined ? null : Math.round((to - from) / 1000);

const line = (name: string, ok: boolean, observed: string, threshold: string): GradeLine => ({
  name,
  outcome: ok ? 'pass' : 'fail',
  observed,
  threshold,
});

const section = (name: string, parts: { of: number; points: number; line: GradeLine }[]): GradeSection => ({
  name,
  points: parts.reduce((sum, { points }) => sum + points, 0),
  of: parts.reduce((sum, { of }) => sum + of, 0),
  lines: parts.map(({ line }) => line),
});

/** Ten points for taking the page within two minutes, five within five. */
export function detection(record: SessionRecord): GradeSection {
  const took = seconds(record.visibleAt, record.acknowledgedAt);
  const points = took === null || took > 300 ? 0 : took > 120 ? 5 : 10;
  const seen = took === null ? 'never acknowledged' : `acknowledged after ${took} s`;
  return section('detection', [
    { of: 10, points, line: line('the page was taken', points > 0, seen, 'within 120 s') },
  ]);
}

/** Fifteen points for the component, on the first submission. */
export function localisation({ submission }: SessionRecord, truth: Cause): GradeSection {
  const ok = submission?.component === truth.component;
  return section('localisation', [
    {
      of: 15,
      points: ok ? 15 : 0,
      line: line(
        'the component was named',
        ok,
        submission?.component ?? 'nothing submitted',
        truth.component,
      ),
    },
  ]);
}

/**
 * Seventeen points for the cause, seven for another one of its category; five for evidence that still shows something
 * when the engine looks again, three for an alternative that was ruled out, and rightly.
 */
export function rootCause({ submission }: SessionRecord, { cause: truth, causes }: Incident): GradeSection {
  const right = submission?.cause === truth.id;
  const named = causes.find(({ id }) => id === submission?.cause);
  const near = !right && named?.category === truth.category;
  const shown = submission?.evidence.filter(({ value }) => value !== null).length ?? 0;
  const asked = submission?.evidence.length ?? 0;
  const out = submission?.ruledOut ?? [];
  const alternatives = out.length > 0 && !out.includes(truth.id);
  return section('root cause', [
    {
      of: 17,
      points: right ? 17 : near ? 7 : 0,
      line: line('the cause was named', right, submission?.cause ?? 'nothing submitted', truth.id),
    },
    {
      of: 5,
      points: right && shown > 0 ? 5 : 0,
      line: line('evidence was given', shown > 0, `${shown} of ${asked} seen again`, 'at least 1'),
    },
    {
      of: 3,
      points: right && alternatives ? 3 : 0,
      line: line(
        'other causes were ruled out',
        alternatives,
        out.join(', ') || 'none',
        'at least 1, and not what it was',
      ),
    },
  ]);
}

/** Twenty-five points for a recovery that held, fifteen for leaving everything else as it was. */
export function mitigation({ verdicts }: SessionRecord): GradeSection {
  const last = verdicts.at(-1);
  const none: GradeLine = line('the recovery was checked', false, 'never checked', './drill check');
  const recovered = last && [...last.recovery, ...last.durability].every(({ outcome }) => outcome === 'pass');
  const kept = last?.invariants.every(({ outcome }) => outcome === 'pass');
  return {
    name: 'mitigation',
    points: (recovered ? 25 : 0) + (recovered && kept ? 15 : 0),
    of: 40,
    lines: last ? [...last.recovery, ...last.invariants, ...last.durability] : [none],
  };
}

/** Points on top for whoever made sure that the same fault does not hurt again. */
export function prevention({ prevention: seen }: SessionRecord, incident: Incident): GradeSection[] {
  if (!seen || !incident.prevention) return [];
  const points = seen.outcome === 'pass' ? incident.prevention.points : 0;
  return [{ name: 'prevention (bonus)', points, of: 0, lines: [seen] }];
}

/** Five points for a first update with impact and action within five minutes, five for saying what comes next. */
export function communication({ updates, visibleAt }: SessionRecord): GradeSection {
  const first = updates.find(({ impact, action }) => impact !== null && action !== null);
  const after = seconds(visibleAt, first?.at);
  const inTime = after !== null && after <= 300;
  const next = updates.some((update) => update.next !== null || update.eta !== null);
  return section('communication', [
    {
      of: 5,
      points: inTime ? 5 : 0,
      line: line(
        'somebody was told what it means and what is being done',
        inTime,
        after === null ? 'no update with impact and action' : `after ${after} s`,
        'within 300 s',
      ),
    },
    {
      of: 5,
      points: next ? 5 : 0,
      line: line('and what comes next', next, `${updates.length} updates`, 'one with next or eta'),
    },
  ]);
}

export const timesOf = (record: SessionRecord) => {
  const passed = record.verdicts.findLast(({ outcome }) => outcome === 'pass');
  return {
    detect: seconds(record.visibleAt, record.acknowledgedAt),
    locate: seconds(record.visibleAt, record.submission?.at),
    mitigate: seconds(record.visibleAt, passed ? Date.parse(passed.at) : null),
  };
};

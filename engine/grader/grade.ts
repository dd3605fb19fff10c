import type { Grade } from '../../lib/contract/grade.ts';
import type { Incident } from '../contract/scenario.ts';
import type { SessionRecord } from '../session/record.ts';
import type { RaisedFlag } from './red-flags.ts';
import {
  communication,
  detection,
  localisation,
  mitigation,
  prevention,
  rootCause,
  timesOf,
} from './sections.ts';

/** Points for every check after the first that did not pass: looking at the bank is free, asking the grader is not. */
const CHECK_COST = 3;

/** The whole result of a session. Deterministic: the same record, flags and loss give the same grade. */
export function gradeSession(
  incident: Incident,
  record: SessionRecord,
  flags: readonly RaisedFlag[],
  loss: Grade['loss'],
): Grade {
  const { cause } = incident;
  const sections = [
    detection(record),
    localisation(record, cause),
    rootCause(record, incident),
    mitigation(record),
    ...prevention(record, incident),
    communication(record),
  ];
  const failedChecks = Math.max(0, record.verdicts.filter(({ outcome }) => outcome !== 'pass').length - 1);
  const deductions = [
    ...incident.hints
      .slice(0, record.hintsTaken)
      .map(({ cost }, i) => ({ reason: `hint ${i + 1}`, points: cost })),
    ...(failedChecks > 0
      ? [{ reason: `${failedChecks} more checks that did not pass`, points: failedChecks * CHECK_COST }]
      : []),
    ...flags.map(({ flag, because }) => ({ reason: `${flag.sentence} (${because})`, points: flag.cost })),
  ];
  const earned = sections.reduce((sum, { points }) => sum + points, 0);
  const lost = deductions.reduce((sum, { points }) => sum + points, 0);
  return {
    incident: incident.number,
    title: incident.title,
    passed: record.verdicts.at(-1)?.outcome === 'pass',
    score: Math.min(100, Math.max(0, earned - lost)),
    sections,
    deductions,
    times: timesOf(record),
    loss,
    truth: {
      variant: record.variant,
      seed: record.seed,
      component: cause.component,
      category: cause.category,
      mechanism: cause.mechanism,
    },
  };
}

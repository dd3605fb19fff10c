import type { Grade, GradeLine, Verdict } from '../../lib/contract/grade.ts';

const MARKS = { pass: '✓', fail: '✗', inconclusive: '?' } as const;

const lineText = ({ name, outcome, observed, threshold }: GradeLine): string =>
  `  ${MARKS[outcome]} ${name}\n      ${observed} (${threshold})`;

const seconds = (value: number | null): string => (value === null ? 'never' : `${value} s`);

/** What one check of the mitigation saw. */
export function renderVerdict({ outcome, recovery, invariants, durability }: Verdict): string {
  const title = { pass: 'recovered', fail: 'not recovered', inconclusive: 'inconclusive: not enough data' }[
    outcome
  ];
  const broken = invariants.filter((line) => line.outcome !== 'pass');
  return [title, ...[...recovery, ...broken, ...durability].map(lineText)].join('\n');
}

/** The grade as a person reads it: result first, then where the points went, then what it really was. */
export function renderGrade(grade: Grade): string {
  const width = Math.max(...grade.sections.map(({ name }) => name.length));
  const sections = grade.sections.flatMap(({ name, points, of, lines }) => [
    `${name.padEnd(width)}  ${of === 0 ? `+${points}`.padStart(3) : `${String(points).padStart(3)}/${of}`}`,
    ...lines.map(lineText),
  ]);
  const deductions = grade.deductions.map(({ reason, points }) => `  -${points}  ${reason}`);
  const { times, loss, truth } = grade;
  return [
    `incident ${grade.incident}: ${grade.title}`,
    `${grade.passed ? 'RECOVERED' : 'NOT RECOVERED'}   ${grade.score} of 100 points`,
    '',
    ...sections,
    ...(deductions.length > 0 ? ['deductions', ...deductions] : []),
    '',
    `detected after ${seconds(times.detect)}, located after ${seconds(times.locate)}, mitigated after ${seconds(times.mitigate)}`,
    `meanwhile: ${loss.requests} requests, ${euros(loss.missed_fraud_eur)} of fraud let through, ` +
      `${loss.customers_declined_wrongly ?? 'unknown'} customers declined wrongly`,
    `what it was: ${truth.component}: ${truth.mechanism} (${truth.category})`,
    ...(truth.seed === null ? [] : [`the same again: ./drill start ${grade.incident} --seed ${truth.seed}`]),
  ].join('\n');
}

const euros = (value: number | null): string =>
  value === null ? 'an unknown amount' : `${Math.round(value).toLocaleString('en-US')} EUR`;

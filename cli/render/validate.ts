import type { GateDocument, Gated, Step } from '../../engine/gate/document.ts';
import { tally } from '../../engine/gate/summary.ts';
import { table } from '../output.ts';

const seconds = (value: number): string => `${value.toFixed(1)} s`;

const counted = (steps: readonly Step[], kind: Step['kind']): string => {
  const { passed, of } = tally(steps, kind);
  return of === 0 ? '-' : `${passed}/${of}`;
};

function row({
  scenario,
  variant,
  passed,
  page_seconds,
  waits_for_labels,
  steps,
  seconds: took,
}: Gated): string[] {
  const one = (kind: Step['kind']) => {
    const step = steps.find((one) => one.kind === kind);
    return step === undefined ? '-' : step.outcome;
  };
  return [
    `${scenario}/${variant}`,
    page_seconds === null ? '-' : `${seconds(page_seconds)}${waits_for_labels ? ' (labels)' : ''}`,
    counted(steps, 'symptom'),
    counted(steps, 'debrief'),
    one('do nothing'),
    counted(steps, 'cheat'),
    counted(steps, 'solution'),
    one('restored'),
    passed ? 'PASS' : 'FAIL',
    seconds(took),
  ];
}

const title = ({ kind, name }: Pick<Step, 'kind' | 'name'>): string =>
  kind === name ? kind : `${kind}: ${name}`;

/** One line as a step ends, and what was seen where it failed. @param at wall seconds since the gate began */
export const renderStep = (at: number, job: string, step: Step): string =>
  [
    `${at.toFixed(0).padStart(5)} s  ${job}  ${step.outcome.padEnd(4)}  ${title(step)}  ${seconds(step.seconds)}`,
    ...(step.outcome === 'fail' ? step.evidence.map((line) => `           ${line}`) : []),
  ].join('\n');

/** What failed and what was seen there, then a row for each variant. */
export function renderGate(document: GateDocument): string {
  const { refused, variants, median_page_seconds: median } = document;
  const failures = variants.flatMap(({ scenario, variant, steps }) =>
    steps
      .filter(({ outcome }) => outcome === 'fail')
      .flatMap((step) => [
        `FAILED ${scenario}/${variant}  ${title(step)}`,
        ...step.evidence.map((line) => `    ${line}`),
      ]),
  );
  const headings = [
    'variant',
    'page',
    'symptoms',
    'debrief',
    'do nothing',
    'cheats',
    'solutions',
    'restored',
  ];
  return [
    ...refused.map(({ message }) => `REFUSED ${message}`),
    ...failures,
    ...(refused.length + failures.length > 0 ? [''] : []),
    ...(variants.length > 0 ? [table([...headings, 'result', 'took'], variants.map(row)), ''] : []),
    `median time from injection to page: ${median === null ? 'nothing paged' : seconds(median)}`,
    `${document.passed ? 'Everything passes' : 'Not everything passes'}: ${variants.length} variants, ` +
      `${document.platforms} ${document.platforms === 1 ? 'platform' : 'platforms'} at a time, ${seconds(document.seconds)}`,
  ].join('\n');
}

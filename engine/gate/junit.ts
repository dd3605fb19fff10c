import type { GateDocument, Gated, Step } from './document.ts';

// Control characters that XML 1.0 has no way to write.
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const UNWRITABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string =>
  text.replace(UNWRITABLE, '').replace(/[&<>"]/g, (character) => ENTITIES[character]!);

const attributes = (values: Record<string, string | number>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join('');

const count = (steps: readonly Step[], outcome: Step['outcome']): number =>
  steps.filter((step) => step.outcome === outcome).length;

function testcase(classname: string, { kind, name, outcome, seconds, evidence }: Step): string {
  const head = attributes({ name: name === kind ? kind : `${kind}: ${name}`, classname, time: seconds });
  if (outcome === 'skipped') return `    <testcase${head}><skipped/></testcase>`;
  const seen = escaped(evidence.join('\n'));
  if (outcome === 'pass') {
    return seen
      ? `    <testcase${head}><system-out>${seen}</system-out></testcase>`
      : `    <testcase${head}/>`;
  }
  const message = attributes({ message: evidence[0] ?? 'failed' });
  return `    <testcase${head}><failure${message}>${seen}</failure></testcase>`;
}

const suite = (name: string, seconds: number, steps: readonly Step[]): string[] => [
  `  <testsuite${attributes({
    name,
    tests: steps.length,
    failures: count(steps, 'fail'),
    errors: 0,
    skipped: count(steps, 'skipped'),
    time: seconds,
  })}>`,
  ...steps.map((step) => testcase(name, step)),
  '  </testsuite>',
];

const nameOf = ({ scenario, variant }: Gated): string => `${scenario}.${variant}`;

/** The run as JUnit XML, the dialect that Jenkins and GitLab read: a suite for a variant, a test case for a step. */
export function junitOf({ seconds, refused, variants }: GateDocument): string {
  const refusals = refused.map(({ scenario, message }) => ({
    name: scenario,
    seconds: 0,
    steps: [{ kind: 'manifest', name: 'manifest', outcome: 'fail', seconds: 0, evidence: [message] } as Step],
  }));
  const suites = [
    ...refusals,
    ...variants.map((gated) => ({ name: nameOf(gated), seconds: gated.seconds, steps: gated.steps })),
  ];
  const all = suites.flatMap(({ steps }) => steps);
  const totals = { tests: all.length, failures: count(all, 'fail'), errors: 0, time: seconds };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'firedrill', ...totals })}>`,
    ...suites.flatMap(({ name, seconds, steps }) => suite(name, seconds, steps)),
    '</testsuites>',
    '',
  ].join('\n');
}

import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { type GateDocument, GateDocumentSchema, type Step } from './document.ts';
import { junitOf } from './junit.ts';
import { medianPageSeconds, tally } from './summary.ts';

const step = (kind: Step['kind'], name: string, outcome: Step['outcome'], evidence: string[] = []): Step => ({
  kind,
  name,
  outcome,
  seconds: 1.5,
  evidence,
});
const document: GateDocument = {
  passed: false,
  started_at: '2026-11-21T12:00:00.000Z',
  seconds: 12.5,
  platforms: 1,
  median_page_seconds: 14,
  refused: [{ scenario: 'typo', field: 'causes', message: 'scenarios/typo/scenario.ts: causes: is missing' }],
  variants: [
    {
      scenario: 'stale',
      variant: 'base',
      passed: false,
      seconds: 10,
      page_seconds: 14,
      waits_for_labels: false,
      steps: [
        step('page', 'PAGE "High" <now>', 'pass', ['after 14.0 s']),
        step('cheat', 'silence & wait\u0007', 'fail', ['it passed', '✓ rows: 0 < 3']),
        step('restored', 'restored', 'skipped', ['never armed']),
      ],
    },
  ],
};

test('the document fits its schema', () => {
  const validate = new Ajv({ strict: false }).compile(GateDocumentSchema);
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
});

test('JUnit counts, names and escapes', () => {
  expect(junitOf(document)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="firedrill" tests="4" failures="2" errors="0" time="12.5">
  <testsuite name="typo" tests="1" failures="1" errors="0" skipped="0" time="0">
    <testcase name="manifest" classname="typo" time="0"><failure message="scenarios/typo/scenario.ts: causes: is missing">scenarios/typo/scenario.ts: causes: is missing</failure></testcase>
  </testsuite>
  <testsuite name="stale.base" tests="3" failures="1" errors="0" skipped="1" time="10">
    <testcase name="page: PAGE &quot;High&quot; &lt;now&gt;" classname="stale.base" time="1.5"><system-out>after 14.0 s</system-out></testcase>
    <testcase name="cheat: silence &amp; wait" classname="stale.base" time="1.5"><failure message="it passed">it passed
✓ rows: 0 &lt; 3</failure></testcase>
    <testcase name="restored" classname="stale.base" time="1.5"><skipped/></testcase>
  </testsuite>
</testsuites>
`);
});

describe('the summary', () => {
  const paged = (page_seconds: number | null, waits_for_labels = false) => ({
    page_seconds,
    waits_for_labels,
  });
  test.each([
    [[paged(10), paged(30), paged(20)], 20],
    [[paged(10), paged(20)], 15],
    [[paged(10), paged(200, true), paged(null)], 10],
    [[paged(200, true)], null],
  ])('the median page of %j is %s', (variants, median) => {
    expect(medianPageSeconds(variants)).toBe(median);
  });

  test('counts steps of a kind', () => {
    const [variant] = document.variants;
    expect(tally(variant!.steps, 'cheat')).toEqual({ passed: 0, of: 1 });
    expect(tally(variant!.steps, 'solution')).toEqual({ passed: 0, of: 0 });
  });
});

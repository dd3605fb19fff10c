import { expect, it } from 'vitest';
import type { Grade } from '../../lib/contract/grade.ts';
import { renderGrade, renderVerdict } from './grade.ts';

const grade: Grade = {
  incident: 35,
  title: 'a title',
  passed: true,
  score: 92,
  sections: [
    {
      name: 'mitigation',
      points: 40,
      of: 40,
      lines: [{ name: 'fresh', outcome: 'pass', observed: '12 s behind', threshold: 'at most 60 for 20 s' }],
    },
  ],
  deductions: [{ reason: 'hint 1', points: 5 }],
  times: { detect: 20, locate: null, mitigate: 100 },
  loss: { requests: 1200, missed_fraud_eur: 12_345.6, customers_declined_wrongly: 3 },
  truth: {
    variant: 'base',
    seed: 77,
    component: 'feature-consumer',
    category: 'release',
    mechanism: 'a limit',
  },
};

it('shows the result first, what was observed beside its threshold, prices and the truth', () => {
  expect(renderGrade(grade).split('\n')).toEqual([
    'incident 35: a title',
    'RECOVERED   92 of 100 points',
    '',
    'mitigation   40/40',
    '  ✓ fresh',
    '      12 s behind (at most 60 for 20 s)',
    'deductions',
    '  -5  hint 1',
    '',
    'detected after 20 s, located after never, mitigated after 100 s',
    'meanwhile: 1200 requests, 12,346 EUR of fraud let through, 3 customers declined wrongly',
    'what it was: feature-consumer: a limit (release)',
    'the same again: ./drill start 35 --seed 77',
  ]);
});

it('shows of the invariants only those that do not hold', () => {
  const text = renderVerdict({
    at: '2025-03-03T00:00:00Z',
    outcome: 'inconclusive',
    recovery: [],
    durability: [],
    invariants: [
      { name: 'world', outcome: 'pass', observed: 'unchanged', threshold: 't' },
      { name: 'silences', outcome: 'fail', observed: 'ann silenced X', threshold: 'nobody has' },
    ],
  });
  expect(text).toBe('inconclusive: not enough data\n  ✗ silences\n      ann silenced X (nobody has)');
});

import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { baselineHistogram } from '../../../lib/stats/histogram.ts';
import { ScoreWindow } from './window.ts';

const BOUNDS = { rows: 200, invalidRatio: 0.05, maxPsi: 1 };
const random = createRandom('window');
/** Most scores are small, a few are high, as with fraud. */
const score = () => random.next() ** 4;
const baseline = baselineHistogram(Float64Array.from({ length: 5_000 }, score));

/** Verdict of the first window over what `make` makes, and after how many scores it came. */
function verdictOn(make: (i: number) => number, known: typeof baseline | undefined = baseline) {
  const window = new ScoreWindow(known);
  for (let i = 0; i < BOUNDS.rows; i++) {
    const verdict = window.add(make(i), BOUNDS);
    if (verdict !== undefined) return { verdict, after: i + 1 };
  }
  return undefined;
}

test.each([
  ['as in training', () => score(), { verdict: 'fine', after: 200 }],
  ['a little higher on a holiday', () => Math.min(1, score() * 1.5), { verdict: 'fine', after: 200 }],
  [
    'one in fifty no number',
    (i: number) => (i % 50 === 0 ? Number.NaN : score()),
    { verdict: 'fine', after: 200 },
  ],
  ['no numbers', () => Number.NaN, { verdict: 'not_finite', after: 11 }],
  ['infinite', () => Number.POSITIVE_INFINITY, { verdict: 'not_finite', after: 11 }],
  ['the same for everybody', () => 0.37, { verdict: 'constant', after: 200 }],
  ['of the other class', () => 1 - score(), { verdict: 'distribution', after: 200 }],
])('scores %s', (_, make, expected) => {
  expect(verdictOn(make)).toEqual(expected);
});

test('a version without a baseline is held to what needs none', () => {
  const window = new ScoreWindow(undefined);
  const verdicts = Array.from({ length: 200 }, () => window.add(1 - score(), BOUNDS));
  expect(verdicts.at(-1)).toBe('fine');
});

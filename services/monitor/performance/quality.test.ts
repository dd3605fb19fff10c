import { expect, test } from 'vitest';
import { at, range } from '../ledger/fixtures.ts';
import type { Outcome } from '../ledger/records.ts';
import { quality } from './quality.ts';

const outcome = (change: Partial<Outcome>): Outcome => ({
  region: 'eu',
  decision: 'approve',
  score: 0.01,
  isFraud: false,
  maturedMs: at(24),
  ...change,
});

/** 40 frauds, 30 of them flagged, and 400 genuine ones, 20 of them flagged; every flag scores above every pass. */
const outcomes = [
  ...range(440).map((i) => {
    const isFraud = i % 11 === 0;
    const flagged = isFraud ? i / 11 < 30 : i % 11 === 1 && i / 11 < 20;
    return outcome({
      isFraud,
      decision: flagged ? (i % 2 ? 'review' : 'decline') : 'approve',
      score: flagged ? 0.8 : 0.1,
      maturedMs: at(500 - i),
    });
  }),
];

test('measures AUC, precision and recall at the decision, each with its interval', () => {
  const measured = quality(outcomes, 30, 3);
  expect(measured).toMatchObject({
    status: 'ok',
    reason: null,
    matured_labels: 440,
    frauds: 40,
    window: { from: new Date(at(61)).toISOString(), to: new Date(at(500)).toISOString() },
  });
  expect(measured.precision!.value).toBe(30 / 50);
  expect(measured.recall!.value).toBe(30 / 40);
  // A pair of fraud and genuine is won when only the fraud is flagged, half when both or neither are.
  const pairs = 30 * 380 + (30 * 20) / 2 + (10 * 380) / 2;
  expect(measured.auc!.value).toBeCloseTo(pairs / (40 * 400), 12);
  for (const { value, lower, upper } of [measured.auc!, measured.precision!, measured.recall!]) {
    expect(lower).toBeLessThan(value);
    expect(upper).toBeGreaterThan(value);
  }
});

test('says plainly that it is not enough, and no figure, below the minimum of either class', () => {
  const few = quality(outcomes.slice(0, 11 * 29), 30, 3);
  expect(few).toMatchObject({
    status: 'not_enough_data',
    reason: '29 frauds and 290 genuine transactions have labels; it takes 30 of each',
    auc: null,
    precision: null,
    recall: null,
    frauds: 29,
  });
  expect(
    quality(
      range(200).map(() => outcome({ isFraud: true })),
      30,
      3,
    ).status,
  ).toBe('not_enough_data');
  expect(quality([], 30, 3)).toMatchObject({ status: 'not_enough_data', matured_labels: 0, window: null });
});

test('a model that flags nothing has recall 0 and no precision', () => {
  const blind = outcomes.map((one) => ({ ...one, decision: 'approve' }));
  const measured = quality(blind, 30, 3);
  expect(measured.precision).toBeNull();
  expect(measured.recall!.value).toBe(0);
  expect(measured.recall!.upper).toBeGreaterThan(0);
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { at, label, prediction, range, temporaryLedger } from '../ledger/fixtures.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { labelCoverage } from './coverage.ts';
import { labelDelay } from './delay.ts';

let ledger: Ledger;
let remove: () => void;
beforeEach(() => {
  ({ ledger, remove } = temporaryLedger());
});
afterEach(() => remove());

test('delay: quantiles over the labels of the last business day, and the age of the newest', () => {
  // A hundred labels known at hour 30, of transactions 1 to 100 minutes before, and an old one far slower.
  ledger.addLabels([
    ...range(100).map((i) => label(`t${i}`, { transactionMs: at(30) - (i + 1) * 60_000, maturedMs: at(30) })),
    label('old', { transactionMs: at(0), maturedMs: at(5) }),
  ]);
  expect(labelDelay(ledger, at(31))).toEqual({
    quantiles: [
      { quantile: 0.5, seconds: 50 * 60 },
      { quantile: 0.9, seconds: 90 * 60 },
      { quantile: 0.99, seconds: 99 * 60 },
    ],
    labels: 100,
    newest_age_seconds: 3_600,
  });
});

test('delay: without labels nothing is claimed', () => {
  expect(labelDelay(ledger, at(1))).toEqual({
    quantiles: [
      { quantile: 0.5, seconds: null },
      { quantile: 0.9, seconds: null },
      { quantile: 0.99, seconds: null },
    ],
    labels: 0,
    newest_age_seconds: null,
  });
});

test('coverage: counts only predictions whose label is due', () => {
  ledger.addPredictions(range(48).map((i) => prediction(`t${i}`, { madeMs: at(i) })));
  ledger.addLabels(range(18).map((i) => label(`t${i}`)));
  const due = { from: at(0), until: at(24) };
  expect(labelCoverage(ledger, { model: 'fraud', version: '1' }, due)).toEqual({
    predictions: 24,
    ratio: 18 / 24,
  });
  expect(labelCoverage(ledger, { model: 'fraud', version: '2' }, due)).toEqual({
    predictions: 0,
    ratio: null,
  });
});

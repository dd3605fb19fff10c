import { afterEach, beforeEach, expect, test } from 'vitest';
import { at, label, prediction, range, temporaryLedger } from '../ledger/fixtures.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { performanceWindow } from './window.ts';

let ledger: Ledger;
let remove: () => void;
beforeEach(() => {
  ({ ledger, remove } = temporaryLedger());
  // One transaction an hour from eu and us in turn, labelled a day later; every tenth is fraud.
  ledger.addPredictions(
    range(200).map((i) =>
      prediction(`t${i}`, { madeMs: at(i), score: i / 1_000, region: i % 2 ? 'us' : 'eu' }),
    ),
  );
  ledger.addLabels(
    range(150).map((i) =>
      label(`t${i}`, { transactionMs: at(i), maturedMs: at(i + 24), isFraud: i % 10 === 9 }),
    ),
  );
});
afterEach(() => remove());

const champion = { model: 'fraud', version: '1' };
const all = { frauds: 1_000, rows: 1_000, since: at(0) };

test('holds labelled predictions only, newest label first', () => {
  const window = performanceWindow(ledger, champion, all);
  expect(window).toHaveLength(150);
  expect(window[0]).toEqual({
    region: 'us',
    decision: 'approve',
    score: 0.149,
    isFraud: true,
    maturedMs: at(173),
  });
  expect(window.at(-1)!.maturedMs).toBe(at(24));
});

test('reaches back to the n-th fraud', () => {
  const window = performanceWindow(ledger, champion, { ...all, frauds: 3 });
  expect(window.filter(({ isFraud }) => isFraud)).toHaveLength(3);
  expect(window.at(-1)).toMatchObject({ isFraud: true, maturedMs: at(129 + 24) });
  expect(window).toHaveLength(21);
});

test('is bounded by rows and by business time', () => {
  expect(performanceWindow(ledger, champion, { ...all, rows: 7 })).toHaveLength(7);
  expect(performanceWindow(ledger, champion, { ...all, since: at(164) })).toHaveLength(10);
});

test('narrows to one region, and knows no other version', () => {
  const us = performanceWindow(ledger, champion, all, 'us');
  expect(us).toHaveLength(75);
  expect(us.every(({ region }) => region === 'us')).toBe(true);
  expect(performanceWindow(ledger, { model: 'fraud', version: '2' }, all)).toEqual([]);
});

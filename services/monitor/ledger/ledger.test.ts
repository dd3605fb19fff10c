import { afterEach, beforeEach, expect, test } from 'vitest';
import { DAY_MS } from '../../../lib/kit/clock.ts';
import { at, label, prediction, range, temporaryLedger } from './fixtures.ts';
import { Ledger } from './ledger.ts';

let ledger: Ledger;
let path: string;
let remove: () => void;
beforeEach(() => {
  ({ ledger, path, remove } = temporaryLedger());
});
afterEach(() => remove());

const outcomes = (of = ledger) =>
  of.database.prepare('SELECT transaction_id AS id, is_fraud, matured_ms FROM predictions ORDER BY 1').all();
const count = (table: 'predictions' | 'labels') =>
  (ledger.database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;

test('joins a prediction and its label, whichever comes first', () => {
  ledger.addPredictions([prediction('a')]);
  ledger.addLabels([label('a', { isFraud: true }), label('b')]);
  ledger.addPredictions([prediction('b'), prediction('c')]);
  expect(outcomes()).toEqual([
    { id: 'a', is_fraud: 1, matured_ms: at(6) },
    { id: 'b', is_fraud: 0, matured_ms: at(6) },
    { id: 'c', is_fraud: null, matured_ms: null },
  ]);
});

test('counts what is delivered twice once, and the first word stands', () => {
  for (const score of [0.2, 0.9]) ledger.addPredictions([prediction('a', { score })]);
  for (const isFraud of [true, false]) ledger.addLabels([label('a', { isFraud, maturedMs: at(6) })]);
  expect(ledger.database.prepare('SELECT score, is_fraud FROM predictions').all()).toEqual([
    { score: 0.2, is_fraud: 1 },
  ]);
});

test('keeps the word of every model version on the same transaction', () => {
  ledger.addPredictions([prediction('a'), prediction('a', { version: '2' })]);
  ledger.addLabels([label('a', { isFraud: true })]);
  expect(outcomes()).toHaveLength(2);
  expect(outcomes().every(({ is_fraud }) => is_fraud === 1)).toBe(true);
});

test('a batch goes in as a whole or not at all', () => {
  const broken = prediction('b', { score: undefined as never });
  expect(() => ledger.addPredictions([prediction('a'), broken])).toThrow();
  expect(count('predictions')).toBe(0);
});

test('what was written is there for the next process, without closing', () => {
  ledger.addPredictions([prediction('a')]);
  const next = new Ledger(path);
  next.addLabels([label('a')]);
  expect(outcomes(next)).toEqual([{ id: 'a', is_fraud: 0, matured_ms: at(6) }]);
  next.close();
});

test('forgets predictions whose label never came, and outcomes that grew old', () => {
  const retention = { pendingMs: 3 * DAY_MS, maturedMs: 5 * DAY_MS, rows: 1_000 };
  ledger.addPredictions([prediction('unlabelled'), prediction('labelled'), prediction('late')]);
  ledger.addLabels([label('labelled', { maturedMs: at(6) }), label('late', { maturedMs: at(60) })]);
  const left = () => outcomes().map(({ id }) => id);

  ledger.prune(at(72), retention);
  expect(left()).toEqual(['labelled', 'late', 'unlabelled']);
  ledger.prune(at(73), retention);
  expect(left()).toEqual(['labelled', 'late']);
  ledger.prune(at(127), retention);
  expect(left()).toEqual(['late']);
  expect(count('labels')).toBe(1);
});

test('keeps the newest predictions within its bound', () => {
  ledger.addPredictions(range(50).map((i) => prediction(`t${i}`, { madeMs: at(i) })));
  ledger.prune(at(50), { pendingMs: 100 * DAY_MS, maturedMs: 100 * DAY_MS, rows: 20 });
  expect(count('predictions')).toBe(20);
  expect(ledger.database.prepare('SELECT min(made_ms) AS oldest FROM predictions').get()).toEqual({
    oldest: at(30),
  });
});

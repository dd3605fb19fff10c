import { expect, test } from 'vitest';
import { at, prediction, temporaryLedger } from '../ledger/fixtures.ts';
import { decisionRatios } from './ratios.ts';

test('shares of the decisions since a time, per model version', () => {
  const { ledger, remove } = temporaryLedger();
  ledger.addPredictions([
    prediction('a', { madeMs: at(1), decision: 'decline' }),
    prediction('b', { madeMs: at(2) }),
    prediction('c', { madeMs: at(3) }),
    prediction('d', { madeMs: at(3), decision: 'review' }),
    prediction('e', { madeMs: at(4) }),
    prediction('e', { madeMs: at(4), version: '2', decision: 'decline' }),
  ]);
  const champion = { model: 'fraud', version: '1' };
  expect(decisionRatios(ledger, champion, at(2))).toEqual({ approve: 0.75, review: 0.25 });
  expect(decisionRatios(ledger, champion, at(5))).toEqual({});
  remove();
});

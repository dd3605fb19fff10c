import { expect, test } from 'vitest';
import { checkGates } from './gates.ts';

const limits = { minAuc: 0.8, maxAucLoss: 0.02 };
const champion = { version: '3', auc: 0.9, sameRows: true };
const failed = (input: Parameters<typeof checkGates>[0]) =>
  checkGates(input).flatMap(({ name, passed }) => (passed ? [] : [name]));

test.each([
  [0.81, null, []],
  [0.79, null, ['sanity']],
  [0.8801, champion, []],
  [0.8799, champion, ['champion']],
  [0.7, champion, ['sanity', 'champion']],
  [Number.NaN, champion, ['sanity', 'champion']],
])('AUC %d against %j fails %j', (auc, against, gates) => {
  expect(failed({ auc, champion: against, ...limits })).toEqual(gates);
});

import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { ScoreResponseSchema, type Transaction } from '../../../lib/contract/transaction.ts';
import { decideByRules, RULES_MODEL } from './rules.ts';

const transaction: Transaction = {
  id: 't-1',
  card_id: 'card-1',
  amount: 12.5,
  currency: 'EUR',
  merchant_id: 'm-1',
  country: 'DE',
  device_id: 'd-1',
  channel: 'terminal',
  timestamp: '2025-03-03T12:00:00.000Z',
};
const decided = (changes: Partial<Transaction>) =>
  decideByRules({ ...transaction, ...changes }, 'eu', { name: 'fraud', version: 1 });

test.each([
  [{}, 'approve', 0],
  [{ channel: 'webshop', amount: 299.99 }, 'approve', 0.15],
  [{ amount: 300 }, 'approve', 0.25],
  [{ amount: 1_000 }, 'review', 0.6],
  [{ amount: 1_000, currency: 'PLN' }, 'approve', 0],
  [{ channel: 'partner', amount: 300, timestamp: '2025-03-03T04:59:59.999Z' }, 'review', 0.55],
  [{ channel: 'webshop', amount: 5_000, timestamp: '2025-03-03T05:00:00.000Z' }, 'review', 0.75],
] as const)('%j: %s', (changes, decision, score) => {
  expect(decided(changes)).toMatchObject({ decision, score });
});

test('the answer is one of inference, and says who decided and that it was not the model', () => {
  const answer = decided({});
  expect(new Ajv({ strict: false }).compile(ScoreResponseSchema)(answer)).toBe(true);
  expect(answer).toMatchObject({
    degraded: true,
    model: { name: 'rules', version: '1', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    features: { source: 'default', age_seconds: null },
  });
  expect(answer.model).toBe(RULES_MODEL);
});

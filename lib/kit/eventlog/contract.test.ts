import { expect, test } from 'vitest';
import { transactionEvent } from '../../../tests/support/eventlog.ts';
import { contractProblem } from './contract.ts';

test('the contract names what is wrong and ignores fields it does not know', () => {
  const good = transactionEvent('card1', 1);
  expect(contractProblem('transactions', good)).toBeUndefined();
  const { transaction } = good.payload;
  const changed = (change: Record<string, unknown>) => ({
    ...good,
    payload: { ...good.payload, transaction: { ...transaction, ...change } },
  });
  expect(contractProblem('transactions', changed({ wallet: 'w1' }))).toBeUndefined();
  expect(contractProblem('transactions', changed({ timestamp: '03.03.2025 12:00' }))).toBe(
    'payload.transaction.timestamp must match format "date-time"',
  );
  expect(contractProblem('transactions', changed({ currency: 'JPY' }))).toMatch(
    /must be equal to one of .*EUR/,
  );
  expect(contractProblem('transactions', { ...good, payload: {} })).toMatch(/payload must have required/);
  expect(contractProblem('transactions', 7)).toBe('the event must be object');
});

import { expect, test } from 'vitest';
import { seal, unseal } from './seal.ts';

test('opens with the secret it was sealed with, and with no other', () => {
  const sealed = seal('the consumer', 'one');
  expect(sealed.toString('latin1')).not.toContain('consumer');
  expect(unseal(sealed, 'one')).toBe('the consumer');
  expect(() => unseal(sealed, 'two')).toThrow();
  sealed[sealed.length - 1]! ^= 1;
  expect(() => unseal(sealed, 'one')).toThrow();
});

import { expect, test } from 'vitest';
import { AppError, catalogue, messageOf } from './errors.ts';

const errors = catalogue('TST', {
  GONE: { status: 404, message: (name: string) => `${name} is gone; make it again`, field: 'name' },
  BAD: { status: 400, message: (field: string, why: string) => `${field} ${why}`, field: (field) => field },
  BROKEN: { status: 500, message: () => 'broken' },
});

test('a catalogue makes errors with a stable code, status, sentence and field', () => {
  expect(errors.GONE('model')).toBeInstanceOf(AppError);
  expect(errors.GONE('model')).toMatchObject({
    code: 'TST_GONE',
    status: 404,
    message: 'model is gone; make it again',
    field: 'name',
  });
  expect(errors.BAD('amount', 'is negative')).toMatchObject({
    field: 'amount',
    message: 'amount is negative',
  });
  expect(errors.BROKEN().field).toBeUndefined();
});

test('messageOf answers one line for anything thrown', () => {
  expect(messageOf(new Error('first\nsecond'))).toBe('first');
  expect(messageOf(new TypeError())).toBe('TypeError');
  expect(messageOf('text')).toBe('text');
  expect(messageOf(undefined)).toBe('undefined');
});

import { expect, test } from 'vitest';
import { CHANNELS } from '../../../lib/contract/transaction.ts';
import { loadFolder } from '../folder.ts';
import type { SimulatedTransaction } from '../simulation/purchase.ts';
import type { Source } from './source.ts';

const sources = await loadFolder<Source>(new URL('./', import.meta.url), 'source.ts');

const purchase: SimulatedTransaction = {
  transaction: {
    id: '7K3QZ0M4XW2P',
    card_id: 'card-01234',
    amount: 1012.5,
    currency: 'PLN',
    merchant_id: 'm-0123',
    country: 'AT',
    device_id: 'd-9f2c41aa07be0',
    channel: 'terminal',
  },
  timeMs: Date.UTC(2025, 2, 3, 12, 5, 30, 123),
  merchantCategory: '5411',
  amountEur: 232.87,
  isFraud: true,
};

test('every channel has one source, named like it', () => {
  expect([...sources.keys()].sort()).toEqual([...CHANNELS].sort());
  for (const [name, { channel }] of sources) expect(channel).toBe(name);
});

test('terminal: ISO 8583 fields', () => {
  expect(sources.get('terminal')!.message(purchase)).toEqual({
    mti: '0100',
    f2: 'card-01234',
    f4: '000000101250',
    f7: '0303120530',
    f12: '250303120530',
    f18: '5411',
    f19: '040',
    f22: '051',
    f37: '7K3QZ0M4XW2P',
    f41: 'd-9f2c41aa07be0',
    f42: 'm-0123',
    f49: '985',
  });
});

test('webshop: nested JSON', () => {
  expect(sources.get('webshop')!.message(purchase)).toEqual({
    order: {
      reference: '7K3QZ0M4XW2P',
      total: { value: 1012.5, currency: 'PLN' },
      placed_at: '2025-03-03T12:05:30.123Z',
    },
    customer: { card_token: 'card-01234', device_fingerprint: 'd-9f2c41aa07be0' },
    shop: { id: 'm-0123', country: 'AT' },
  });
});

test('partner: flat text with a decimal comma', () => {
  expect(sources.get('partner')!.message(purchase)).toEqual({
    ref: '7K3QZ0M4XW2P',
    card: 'card-01234',
    amt: '1012,50',
    ccy: 'PLN',
    shop: 'm-0123',
    ctry: 'AT',
    dev: 'd-9f2c41aa07be0',
    at: '1741003530123',
  });
});

test('no message tells the truth', () => {
  for (const { message } of sources.values()) {
    expect(message(purchase)).toEqual(message({ ...purchase, isFraud: false }));
  }
});

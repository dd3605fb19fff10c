import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../lib/contract/transaction.ts';
import { applyTransaction } from '../lib/features/apply.ts';
import { encodeRow, type StreamRow } from '../lib/features/rows.ts';
import { parseView } from '../lib/features/view.ts';
import { rowHolds } from './rows.ts';

const view = parseView(
  readFileSync(new URL('../services/features/definitions/fraud.v1.yaml', import.meta.url), 'utf8'),
);
const of = (entity: string) => view.rows.find((row) => row.entity === entity && row.cadence === 'stream')!;
const [card, device] = [of('card'), of('device')];

const transaction: Transaction = {
  id: 't1',
  card_id: 'c1',
  amount: 12.5,
  currency: 'GBP',
  merchant_id: 'm1',
  country: 'DE',
  device_id: 'd1',
  channel: 'webshop',
  timestamp: '2025-03-03T10:00:00.000Z',
};
const row = (entity: typeof card): StreamRow => applyTransaction(view, entity, undefined, transaction).row;

it('holds what the library itself has applied', () => {
  for (const entity of [card, device])
    expect(rowHolds(entity, encodeRow(row(entity)), transaction)).toBe(true);
});

describe('does not hold', () => {
  const changed = (change: (row: StreamRow) => void, entity = card) => {
    const wrong = row(entity);
    change(wrong);
    return rowHolds(entity, encodeRow(wrong), transaction);
  };

  it.each<[string, (row: StreamRow) => void]>([
    ['an amount that is text', ({ events }) => events![0]!.splice(2, 1, String(events![0]![2]))],
    ['another time', ({ events }) => events![0]!.splice(0, 1, events![0]![0] + 1)],
    ['a row without the transaction', ({ events }) => events!.pop()],
    ['a row without events', (one) => delete one.events],
  ])('%s', (_, change) => expect(changed(change)).toBe(false));

  it.each<[string, (row: StreamRow) => void]>([
    ['a device first seen later', (one) => void one.first_seen!++],
    ['a device never seen', (one) => delete one.first_seen],
  ])('%s', (_, change) => expect(changed(change, device)).toBe(false));

  it('where there is no row', () => expect(rowHolds(card, null, transaction)).toBe(false));
});

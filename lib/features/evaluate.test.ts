import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Transaction } from '../contract/transaction.ts';
import { DAY_MS, HOUR_MS, OPENING_DAY_MS } from '../kit/clock.ts';
import { applyTransaction } from './apply.ts';
import { createEvaluator } from './evaluate.ts';
import { encodeRow, type StreamRow } from './rows.ts';
import { parseView } from './view.ts';

const view = parseView(
  readFileSync(new URL('../../services/features/definitions/fraud.v1.yaml', import.meta.url), 'utf8'),
);
const evaluator = createEvaluator(view);
const NOW = OPENING_DAY_MS + 12 * HOUR_MS;

const transaction = (id: string, ts: number, change: Partial<Transaction> = {}): Transaction => ({
  id,
  card_id: 'c1',
  amount: 10,
  currency: 'EUR',
  merchant_id: 'm1',
  country: 'DE',
  device_id: 'd1',
  channel: 'terminal',
  timestamp: new Date(ts).toISOString(),
  ...change,
});

/** The stream rows of c1 and d1 after `history`. */
const rowsAfter = (history: Transaction[]): (string | null)[] =>
  view.rows.map((definition) => {
    if (definition.cadence === 'nightly') return null;
    let row: StreamRow | undefined;
    for (const event of history) row = applyTransaction(view, definition, row, event).row;
    return row === undefined ? null : encodeRow(row);
  });

const evaluate = (request: Transaction, rows: (string | null)[]) => {
  const into = new Float32Array(evaluator.width);
  const evaluation = evaluator.evaluate(request, Date.parse(request.timestamp), rows, into, 0);
  const values = Object.fromEntries(view.features.map(({ name }, i) => [name, into[i]]));
  return { ...evaluation, values };
};

describe('evaluate', () => {
  it('answers defaults for a card never seen', () => {
    const { known, ageSeconds, values } = evaluate(transaction('t', NOW), [null, null, null, null]);
    expect({ known, ageSeconds }).toEqual({ known: false, ageSeconds: null });
    expect(values).toMatchObject({
      amount_eur: 10,
      hour_of_day: 12,
      card_tx_count_7d: 0,
      card_seconds_since_last: 604_800,
      card_same_country_share_7d: 1,
      amount_to_card_mean_30d: 1,
      merchant_fraud_rate_30d: Math.fround(0.015),
    });
  });

  it('covers [t - window, t): the far edge counts, the request and its ties do not', () => {
    const rows = rowsAfter([
      transaction('far', NOW - HOUR_MS - 1),
      transaction('edge', NOW - HOUR_MS),
      transaction('near', NOW - 1),
      transaction('tie', NOW),
    ]);
    const { values, ageSeconds } = evaluate(transaction('tie', NOW), rows);
    expect(values).toMatchObject({ card_tx_count_1h: 2, card_tx_count_6h: 3 });
    expect(ageSeconds).toBe(0);
  });

  it('aggregates amounts in euros, places and devices', () => {
    const rows = rowsAfter([
      transaction('1', NOW - 3 * DAY_MS, { amount: 100, currency: 'USD', country: 'US', merchant_id: 'm2' }),
      transaction('2', NOW - 2 * HOUR_MS, { amount: 30 }),
      transaction('3', NOW - HOUR_MS, { amount: 20.5, merchant_id: 'm3', device_id: 'd2' }),
    ]);
    expect(evaluate(transaction('4', NOW), rows).values).toMatchObject({
      card_amount_sum_24h: 50.5,
      card_amount_mean_7d: 47.5,
      card_amount_max_7d: 92,
      card_merchants_24h: 2,
      card_countries_7d: 2,
      card_same_country_count_7d: 2,
      card_same_country_share_7d: Math.fround(2 / 3),
      card_same_merchant_count_7d: 1,
      card_same_device_count_7d: 2,
      card_seconds_since_last: 3600,
      device_age_hours: 72,
    });
  });

  it('takes the newest snapshot in effect, and none beyond the TTL', () => {
    const snapshot = (day: number, mean: number) => ({
      as_of: OPENING_DAY_MS + day * DAY_MS,
      values: { card_amount_mean_30d: mean },
    });
    const nightly = JSON.stringify({ snapshots: [snapshot(-1, 5), snapshot(0, 20)] });
    const meanAt = (ts: number) =>
      evaluate(transaction('t', ts), [null, null, nightly, null]).values.card_amount_mean_30d;
    expect(meanAt(OPENING_DAY_MS + 2 * HOUR_MS - 1)).toBe(5);
    expect(meanAt(OPENING_DAY_MS + 2 * HOUR_MS)).toBe(20);
    expect(meanAt(OPENING_DAY_MS + 7 * DAY_MS)).toBe(20);
    expect(meanAt(OPENING_DAY_MS + 7 * DAY_MS + 1)).toBe(0);
  });

  it('says which row it cannot read', () => {
    const rows = ['{"updated_at":', null, null, null];
    expect(() => evaluate(transaction('t', NOW), rows)).toThrow('the stream row of a card is not the JSON');
  });
});

describe('applyTransaction', () => {
  const definition = view.rows[0]!;
  it('counts an id once and keeps events in order', () => {
    const history = [
      transaction('b', NOW - 1000),
      transaction('a', NOW - 2000),
      transaction('b', NOW - 1000),
    ];
    let row: StreamRow | undefined;
    const applied = history.map((event) => {
      const result = applyTransaction(view, definition, row, event);
      row = result.row;
      return result.applied;
    });
    expect(applied).toEqual([true, true, false]);
    expect(row?.events?.map(([, id]) => id)).toEqual(['a', 'b']);
    expect(row?.updated_at).toBe(NOW - 1000);
  });

  it('forgets what lies outside every window, and what exceeds the bound', () => {
    let row: StreamRow | undefined;
    for (let i = 0; i < view.maxEvents + 5; i++) {
      row = applyTransaction(view, definition, row, transaction(`t${i}`, NOW + i)).row;
    }
    expect(row?.events?.length).toBe(view.maxEvents);
    row = applyTransaction(view, definition, row, transaction('late', NOW + 8 * DAY_MS)).row;
    expect(row.events?.map(([, id]) => id)).toEqual(['late']);
  });
});

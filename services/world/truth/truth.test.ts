import { expect, test } from 'vitest';
import { type Entry, Ledger } from './ledger.ts';
import { summarise } from './summary.ts';

const entry = (over: Partial<Entry> = {}): Entry => ({
  id: 'A',
  timeMs: 1_000,
  wallMs: 10,
  cardId: 'card-00001',
  channel: 'terminal',
  country: 'DE',
  amountEur: 10,
  isFraud: false,
  code: '200',
  decision: 'approve',
  score: 0.1,
  region: 'eu',
  latencyMs: 2,
  ...over,
});
const unanswered = { code: 'timeout', decision: undefined, score: undefined, region: undefined };

test('the ledger forgets the oldest and answers the newest first', () => {
  const ledger = new Ledger(3);
  for (let i = 1; i <= 5; i++) ledger.add(entry({ id: String(i), timeMs: i * 100, wallMs: i * 10 }));
  const ids = (range: Parameters<Ledger['select']>[0]) => [...ledger.select(range)].map(({ id }) => id);
  expect(ids({})).toEqual(['5', '4', '3']);
  expect(ids({ sinceWallMs: 40 })).toEqual(['5', '4']);
  expect(ids({ fromMs: 300, toMs: 500 })).toEqual(['4', '3']);
  expect(ledger.size).toBe(3);
});

test('a summary of decisions against the truth', () => {
  const summary = summarise([
    entry({ isFraud: true, score: 0.9, decision: 'decline', amountEur: 500 }),
    entry({ isFraud: true, score: 0.6, decision: 'review', amountEur: 50, latencyMs: 4 }),
    entry({ isFraud: true, score: 0.05, decision: 'approve', amountEur: 70.5, region: 'us' }),
    entry({ isFraud: true, ...unanswered, amountEur: 1_000 }),
    entry({ score: 0.95, decision: 'decline', cardId: 'card-00002', latencyMs: 100 }),
    entry({ score: 0.93, decision: 'decline', cardId: 'card-00002' }),
    entry({ score: 0.01, timeMs: 5_000 }),
    entry({ ...unanswered, channel: 'partner' }),
  ]);
  expect(summary).toEqual({
    requests: 8,
    answered: 6,
    codes: { 200: 6, timeout: 2 },
    channels: { terminal: 7, partner: 1 },
    regions: { eu: 5, us: 1 },
    decisions: { approve: 2, review: 1, decline: 3 },
    from: '1970-01-01T00:00:01.000Z',
    to: '1970-01-01T00:00:05.000Z',
    frauds: 4,
    fraud_rate: 0.5,
    auc: 3 / 9,
    recall: 2 / 3,
    precision: 2 / 4,
    missed_fraud_eur: 70.5,
    false_declines: 2,
    customers_declined: 1,
    unanswered: 1,
    customers_unanswered: 1,
    latency_seconds: { p50: 0.002, p95: 0.1, p99: 0.1 },
  });
});

test('nothing seen is no number, not zero', () => {
  expect(summarise([])).toMatchObject({
    requests: 0,
    fraud_rate: null,
    auc: null,
    recall: null,
    precision: null,
    from: null,
    latency_seconds: { p50: null, p95: null, p99: null },
  });
});

import type { Transaction } from '../../../lib/contract/transaction.ts';
import { applyTransaction } from '../../../lib/features/apply.ts';
import { ENTITY_KEYS } from '../../../lib/features/columns.ts';
import { createEvaluator } from '../../../lib/features/evaluate.ts';
import { rowKey } from '../../../lib/features/keys.ts';
import { encodeRow, type StreamRow } from '../../../lib/features/rows.ts';
import type { FeatureView, RowDefinition } from '../../../lib/features/view.ts';
import { DAY_MS, startOfDay } from '../../../lib/kit/clock.ts';
import { createRandom, type Random } from '../../../lib/kit/random.ts';

const MERCHANTS = 300;
const DAYS = 9;
const PER_CARD_AND_DAY = 1.5;

export interface Traffic {
  /** What the online store holds: key to row. */
  rows: Map<string, string>;
  /** One request per card, each a body ready to post. */
  requests: Transaction[];
  /** Features and label of every transaction of the last day, by column, for a model to learn from. */
  columns: Float32Array[];
  labels: Uint8Array;
}

/**
 * Nine days of card transactions through the real stream path, so that rows have the size and features the spread
 * they have in the bank. The label is a rule with noise: trees have to branch here, not to be right.
 * @param endMs business time of the requests
 * @param cards how many cards pay, and how many requests are made
 */
export function makeTraffic(view: FeatureView, endMs: number, cards: number): Traffic {
  const random = createRandom('traffic');
  const stream = new Map<string, StreamRow>();
  const rows = nightlyRows(view, random.fork('nightly'), endMs, cards);
  const evaluator = createEvaluator(view);
  const samples: Float32Array[] = [];

  const keysOf = (transaction: Transaction) =>
    view.rows.map((row) => rowKey(view, row, transaction[ENTITY_KEYS[row.entity]]));
  const read = (key: string, row: RowDefinition) => {
    if (row.cadence === 'nightly') return rows.get(key) ?? null;
    const found = stream.get(key);
    return found ? encodeRow(found) : null;
  };

  const count = cards * PER_CARD_AND_DAY * DAYS;
  const learnFrom = count - cards * PER_CARD_AND_DAY;
  for (let i = 0; i < count; i++) {
    const at = endMs - DAYS * DAY_MS + Math.floor((i / count) * DAYS * DAY_MS);
    const transaction = draw(random, i, random.integer(cards), at);
    const keys = keysOf(transaction);
    if (i >= learnFrom) {
      const features = new Float32Array(evaluator.width);
      evaluator.evaluate(
        transaction,
        at,
        keys.map((key, r) => read(key, view.rows[r]!)),
        features,
        0,
      );
      samples.push(features);
    }
    for (const [r, row] of view.rows.entries()) {
      if (row.cadence !== 'stream') continue;
      stream.set(keys[r]!, applyTransaction(view, row, stream.get(keys[r]!), transaction, at).row);
    }
  }
  for (const [key, row] of stream) rows.set(key, encodeRow(row));

  const columns = view.features.map((_, f) => Float32Array.from(samples, (row) => row[f]!));
  const labels = Uint8Array.from(samples, (row) => {
    const waves = row.reduce((sum, value, f) => sum + Math.sin(value * ((f % 5) + 1)), 0);
    return random.next() < 1 / (1 + Math.exp(2 - waves / 2)) ? 1 : 0;
  });
  const requests = Array.from({ length: cards }, (_, card) => draw(random, count + card, card, endMs));
  return { rows, requests, columns, labels };
}

const COUNTRIES = ['DE', 'FR', 'ES', 'NL', 'US'] as const;
const CHANNELS = ['terminal', 'webshop', 'partner'] as const;

const draw = (random: Random, id: number, card: number, at: number): Transaction => ({
  id: `t-${id}`,
  card_id: `card-${String(card).padStart(5, '0')}`,
  amount: Math.round(Math.exp(random.normal(3.3, 1)) * 100) / 100 + 0.01,
  currency: 'EUR',
  merchant_id: `m-${random.integer(MERCHANTS)}`,
  country: random.pick(COUNTRIES),
  device_id: random.next() < 0.9 ? `d-${card}` : `d-${random.integer(100_000)}`,
  channel: random.pick(CHANNELS),
  timestamp: new Date(at).toISOString(),
});

/** The last two snapshots of every card and merchant, as the nightly job leaves them. */
function nightlyRows(view: FeatureView, random: Random, endMs: number, cards: number): Map<string, string> {
  const ids = {
    card: Array.from({ length: cards }, (_, i) => `card-${String(i).padStart(5, '0')}`),
    merchant: Array.from({ length: MERCHANTS }, (_, i) => `m-${i}`),
    device: [],
  };
  const rows = new Map<string, string>();
  for (const row of view.rows.filter(({ cadence }) => cadence === 'nightly')) {
    const names = view.features
      .filter(({ cadence, entity }) => cadence === 'nightly' && entity === row.entity)
      .map(({ name }) => name);
    const snapshot = (asOf: number) => ({
      as_of: asOf,
      values: Object.fromEntries(names.map((name) => [name, Math.exp(random.normal(2, 1))])),
    });
    const midnight = startOfDay(endMs);
    for (const id of ids[row.entity]) {
      const snapshots = [snapshot(midnight - DAY_MS), snapshot(midnight)];
      rows.set(rowKey(view, row, id), encodeRow({ snapshots }));
    }
  }
  return rows;
}

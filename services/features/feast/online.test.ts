import { describe, expect, it } from 'vitest';
import { rowKey } from '../../../lib/features/keys.ts';
import { DAY_MS, HOUR_MS, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { definitionOf, loadDefinitions } from '../definitions.ts';
import { OnlineFeatures, type OnlineRequest } from './online.ts';

const definitions = loadDefinitions();
const { view } = definitionOf(definitions, 'fraud@1');
const online = new OnlineFeatures(definitions);
const NOW = OPENING_DAY_MS + 12 * HOUR_MS;

const [cardStream, deviceStream, cardNightly] = view.rows.map((row) => (id: string) => rowKey(view, row, id));
const STORE: Record<string, unknown> = {
  [cardStream!('busy')]: {
    updated_at: NOW - HOUR_MS,
    events: [[NOW - HOUR_MS, 't1', 1250, 'm1', 'DE', 'd1']],
  },
  [cardNightly!('busy')]: {
    snapshots: [{ as_of: OPENING_DAY_MS, values: { card_amount_mean_30d: 25, card_amount_std_30d: null } }],
  },
  [cardStream!('quiet')]: { updated_at: NOW - 8 * DAY_MS, events: [] },
  [deviceStream!('d1')]: { updated_at: NOW - HOUR_MS, first_seen: NOW - DAY_MS },
};

function ask(request: OnlineRequest) {
  const plan = online.plan(request);
  const rows = plan.keys(NOW).map((key) => (key in STORE ? JSON.stringify(STORE[key]) : null));
  return plan.answer(rows);
}

describe('get-online-features', () => {
  it('answers in columns, entity keys first', () => {
    const { metadata, results } = ask({
      features: ['fraud:card_tx_count_24h', 'fraud@1:card_amount_mean_30d'],
      entities: { card_id: ['busy', 'unknown'] },
    });
    expect(metadata.feature_names).toEqual(['card_id', 'card_tx_count_24h', 'card_amount_mean_30d']);
    expect(results[0]?.values).toEqual(['busy', 'unknown']);
    expect(results[1]).toEqual({
      values: [1, null],
      statuses: ['PRESENT', 'NOT_FOUND'],
      event_timestamps: [new Date(NOW - HOUR_MS).toISOString(), '1970-01-01T00:00:00Z'],
    });
    expect(results[2]?.values).toEqual([25, null]);
  });

  it('tells nothing to aggregate from too old', () => {
    const { results } = ask({
      features: ['fraud:card_amount_std_30d', 'fraud:card_amount_mean_7d'],
      entities: { card_id: ['busy', 'quiet'] },
    });
    expect(results[1]?.statuses).toEqual(['NULL_VALUE', 'NOT_FOUND']);
    expect(results[2]?.statuses).toEqual(['PRESENT', 'OUTSIDE_MAX_AGE']);
  });

  it('computes request features from the fields of the transaction', () => {
    const { metadata, results } = ask({
      features: ['fraud:amount_to_card_mean_30d'],
      entities: { card_id: ['busy'], amount: [50], currency: ['EUR'] },
      full_feature_names: true,
    });
    expect(metadata.feature_names.at(-1)).toBe('fraud__amount_to_card_mean_30d');
    expect(results.at(-1)?.values).toEqual([2]);
  });

  it('takes a view as a feature service', () => {
    const { metadata } = ask({
      feature_service: 'fraud',
      entities: {
        card_id: ['busy'],
        merchant_id: ['m1'],
        device_id: ['d1'],
        country: ['DE'],
        channel: ['webshop'],
        amount: [10],
        currency: ['EUR'],
      },
    });
    expect(metadata.feature_names.slice(7)).toEqual(view.features.map(({ name }) => name));
  });

  it.each([
    [{ features: ['fraud:nothing'], entities: { card_id: ['a'] } }, 'fraud has no feature nothing'],
    [{ features: ['churn:x'], entities: { card_id: ['a'] } }, 'there is no feature view churn'],
    [{ entities: { card_id: ['a'] } }, 'features is missing'],
    [{ features: ['fraud:card_tx_count_1h'], entities: { device_id: ['a'] } }, 'entities.card_id is missing'],
    [
      { features: ['fraud:card_same_merchant_count_7d'], entities: { card_id: ['a'] } },
      'entities.merchant_id is missing',
    ],
    [
      { features: ['fraud:card_tx_count_1h'], entities: { card_id: ['a', 'b'], device_id: ['d'] } },
      'entities.device_id has 1 values where card_id has 2',
    ],
    [
      { features: ['fraud:amount_eur'], entities: { amount: [1], currency: ['XXX'] } },
      'entities.currency has XXX',
    ],
  ])('refuses %j', (request, message) => {
    expect(() => ask(request as OnlineRequest)).toThrow(message);
  });
});

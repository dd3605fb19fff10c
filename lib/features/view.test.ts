import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseView } from './view.ts';

const FRAUD = readFileSync(
  new URL('../../services/features/definitions/fraud.v1.yaml', import.meta.url),
  'utf8',
);

describe('parseView', () => {
  it('reads the fraud view in order', () => {
    const view = parseView(FRAUD, 'fraud.v1.yaml');
    expect(view.name).toBe('fraud');
    expect(view.features[0]?.name).toBe('amount_eur');
    expect(view.features.find(({ name }) => name === 'card_tx_count_6h')?.windowMs).toBe(6 * 3_600_000);
    expect(view.rows.map(({ entity, cadence }) => `${entity} ${cadence}`)).toEqual([
      'card stream',
      'device stream',
      'card nightly',
      'merchant nightly',
    ]);
    expect(view.rows[0]?.columns).toEqual(['amount_eur', 'merchant_id', 'country', 'device_id']);
  });

  it.each([
    ['ttl: 7d', 'ttl: soon', 'ttl must match'],
    [
      'aggregation: count\n    window: 1h',
      'aggregation: counts\n    window: 1h',
      'features.card_tx_count_1h.aggregation must be equal to one of',
    ],
    ['    window: 1h\n', '', 'features.card_tx_count_1h.window is missing'],
    [
      'of: [amount_eur, card_amount_mean_30d]',
      'of: [amount_eur, nothing]',
      'features.amount_to_card_mean_30d.of names nothing',
    ],
    [
      'where: [merchant_id]',
      'where: [shop]',
      'features.card_same_merchant_count_7d.where.0 must be equal to one of',
    ],
    ['name: card_tx_count_6h', 'name: card_tx_count_1h', 'features.card_tx_count_1h is defined twice'],
    ['default: 0.015', 'default: 0', 'features.merchant_fraud_rate_30d.default must be 0.015'],
    [
      'range: { min: 0, max: 720 }',
      'range: { min: 1, max: 720 }',
      'features.device_age_hours.range leaves out the default, 0',
    ],
    [
      'range: { min: 0, max: 23 }',
      'range: { min: 23, max: 0 }',
      'features.hour_of_day.range is empty: 23 lies above 0',
    ],
    ['allowed: [0, 1]', 'allowed: [1, 2]', 'features.channel_webshop.allowed leaves out the default, 0'],
    ['cap: 720', 'limit: 720', 'features.device_age_hours.limit must NOT have additional properties'],
    [
      'column: is_fraud',
      'column: amount_eur',
      'features.merchant_fraud_rate_30d.column must name a number column of labels',
    ],
    ['features:', 'features: [', 'the document is not valid YAML'],
  ])('names file and field when %j becomes %j', (from, to, message) => {
    expect(FRAUD).toContain(from);
    expect(() => parseView(FRAUD.replace(from, to), 'fraud.v1.yaml')).toThrow(`fraud.v1.yaml: ${message}`);
  });
});

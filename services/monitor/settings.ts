import Type, { type Static } from 'typebox';
import { DAY_MS, HOUR_MS } from '../../lib/kit/clock.ts';
import type { Retention } from './ledger/ledger.ts';

/** What may change while the monitor runs. Times are business time. */
export const MonitorSettings = {
  'performance.window_frauds': Type.Integer({ default: 100, minimum: 10, maximum: 10_000 }),
  'performance.window_rows': Type.Integer({ default: 20_000, minimum: 100, maximum: 200_000 }),
  'performance.window_days': Type.Number({ default: 5, minimum: 1, maximum: 60 }),
  'performance.min_per_class': Type.Integer({ default: 30, minimum: 2, maximum: 10_000 }),
  'labels.mature_after_hours': Type.Number({
    default: 24,
    minimum: 1,
    description: 'age at which a prediction should have its label',
  }),
  'labels.horizon_days': Type.Number({
    default: 3,
    minimum: 1,
    maximum: 60,
    description: 'age at which a prediction stops waiting for its label',
  }),
  'drift.min_rows': Type.Integer({
    default: 1_000,
    minimum: 100,
    maximum: 1_000_000,
    description: 'predictions a day takes, in all or in a region, before its drift is spoken of',
  }),
  'drift.min_rows_channel': Type.Integer({
    default: 400,
    minimum: 100,
    maximum: 1_000_000,
    description: 'the same for one channel',
  }),
  'drift.min_rows_recent': Type.Integer({
    default: 300,
    minimum: 100,
    maximum: 1_000_000,
    description: 'the same for the last six hours',
  }),
  'inputs.min_rows': Type.Integer({
    default: 100,
    minimum: 10,
    maximum: 1_000_000,
    description: 'predictions before shares of missing or forbidden values are spoken of',
  }),
  'business.window_hours': Type.Number({
    default: 24,
    minimum: 1,
    maximum: 1_440,
    description: 'labels that matured within so long count for fraud caught and false declines',
  }),
  'ledger.max_predictions': Type.Integer({ default: 200_000, minimum: 1_000, maximum: 5_000_000 }),
};
export type MonitorSettings = { [K in keyof typeof MonitorSettings]: Static<(typeof MonitorSettings)[K]> };

export const retentionOf = (settings: MonitorSettings): Retention => {
  const windowMs = settings['performance.window_days'] * DAY_MS;
  const pendingMs = settings['labels.horizon_days'] * DAY_MS;
  return {
    pendingMs: Math.max(pendingMs, settings['labels.mature_after_hours'] * HOUR_MS),
    // A late label's prediction has to stay as long as the coverage it counts in.
    maturedMs: Math.max(windowMs, pendingMs),
    rows: settings['ledger.max_predictions'],
  };
};

import { HOUR_MS } from '../../../lib/kit/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';

export const DELAY_QUANTILES = [0.5, 0.9, 0.99] as const;

export interface LabelDelay {
  /** Business seconds from a transaction to its label, by quantile; null without labels. */
  quantiles: { quantile: number; seconds: number | null }[];
  /** Labels the quantiles rest on. */
  labels: number;
  /** Business seconds since the newest label became known; null when there never was one. */
  newest_age_seconds: number | null;
}

/** How late labels are: over those that became known in the business day before `nowMs`. */
export function labelDelay(ledger: Ledger, nowMs: number): LabelDelay {
  const delays = ledger.database
    .prepare('SELECT matured_ms - transaction_ms AS delay FROM labels WHERE matured_ms >= ? ORDER BY delay')
    .all(nowMs - 24 * HOUR_MS) as unknown as { delay: number }[];
  const { newest } = ledger.database.prepare('SELECT max(matured_ms) AS newest FROM labels').get() as {
    newest: number | null;
  };
  return {
    // The nearest rank: the smallest delay that this share of the labels does not exceed.
    quantiles: DELAY_QUANTILES.map((quantile) => {
      const delay = delays[Math.ceil(quantile * delays.length) - 1]?.delay;
      return { quantile, seconds: delay === undefined ? null : delay / 1_000 };
    }),
    labels: delays.length,
    newest_age_seconds: newest === null ? null : Math.max(0, (nowMs - newest) / 1_000),
  };
}

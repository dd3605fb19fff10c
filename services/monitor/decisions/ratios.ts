import type { Ledger } from '../ledger/ledger.ts';
import type { ModelVersionKey } from '../ledger/records.ts';

/**
 * Share of each decision among the predictions made since `since` (business time, epoch ms). Known at once, without
 * labels: the first thing to move when a model, its features or the world changes.
 */
export function decisionRatios(
  ledger: Ledger,
  { model, version }: ModelVersionKey,
  since: number,
): Record<string, number> {
  const rows = ledger.database
    .prepare(
      `SELECT decision, count(*) AS n FROM predictions
       WHERE made_ms >= ? AND model = ? AND version = ? GROUP BY decision ORDER BY decision`,
    )
    .all(since, model, version) as unknown as { decision: string; n: number }[];
  const total = rows.reduce((sum, { n }) => sum + n, 0);
  return Object.fromEntries(rows.map(({ decision, n }) => [decision, n / total]));
}

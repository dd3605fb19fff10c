import type { Ledger } from '../ledger/ledger.ts';
import type { ModelVersionKey, Outcome } from '../ledger/records.ts';

export interface WindowBounds {
  /** The window reaches back to this many matured frauds, counting from the newest label. */
  frauds: number;
  /** Rows it holds at most. */
  rows: number;
  /** Business time, epoch ms, before which labels are too old to speak for the model. */
  since: number;
}

/**
 * The latest outcomes of a model version, newest label first, in order of maturing: what is known, never what the
 * transactions themselves would tell. It is measured in frauds because they carry the statistics: 100 of them take
 * one business day at 1.5 % and a month at 0.05 %.
 *
 * @param region only this region's; all regions when left out
 */
export function performanceWindow(
  ledger: Ledger,
  { model, version }: ModelVersionKey,
  { frauds, rows, since }: WindowBounds,
  region?: string,
): Outcome[] {
  const cursor = ledger.database
    .prepare(
      `SELECT region, decision, score, is_fraud, matured_ms FROM predictions
       WHERE model = ? AND version = ? AND matured_ms >= ? AND (? IS NULL OR region = ?)
       ORDER BY matured_ms DESC, transaction_id DESC LIMIT ?`,
    )
    .iterate(model, version, since, region ?? null, region ?? null, rows);
  const outcomes: Outcome[] = [];
  let seen = 0;
  for (const row of cursor) {
    outcomes.push({
      region: row.region as string,
      decision: row.decision as string,
      score: row.score as number,
      isFraud: row.is_fraud === 1,
      maturedMs: row.matured_ms as number,
    });
    seen += row.is_fraud as number;
    if (seen === frauds) break;
  }
  return outcomes;
}

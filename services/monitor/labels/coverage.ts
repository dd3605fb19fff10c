import type { Ledger } from '../ledger/ledger.ts';
import type { ModelVersionKey } from '../ledger/records.ts';

export interface LabelCoverage {
  /** Predictions old enough that their label should be known. */
  predictions: number;
  /** Share of them that has one; null without such predictions. */
  ratio: number | null;
}

/**
 * How complete the labels of a model version are, over predictions made between `from` and `until` (business time,
 * epoch ms). Performance speaks only for labelled transactions: at low coverage it speaks for few.
 */
export function labelCoverage(
  ledger: Ledger,
  { model, version }: ModelVersionKey,
  { from, until }: { from: number; until: number },
): LabelCoverage {
  const { predictions, labelled } = ledger.database
    .prepare(
      `SELECT count(*) AS predictions, count(matured_ms) AS labelled FROM predictions
       WHERE made_ms >= ? AND made_ms < ? AND model = ? AND version = ?`,
    )
    .get(from, until, model, version) as { predictions: number; labelled: number };
  return { predictions, ratio: predictions === 0 ? null : labelled / predictions };
}

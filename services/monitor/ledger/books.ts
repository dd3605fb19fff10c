import { transact } from '../../../lib/kit/sqlite.ts';
import type { Volumes } from '../inputs/volumes.ts';
import type { Cells } from '../windows/cells.ts';
import type { Ledger } from './ledger.ts';
import type { Prediction } from './records.ts';

/**
 * Records predictions in the ledger and counts those it did not know, in one transaction: a process that dies in
 * the middle has neither recorded nor counted them, and one that gets them again counts them no second time.
 */
export function recordPredictions(
  books: { ledger: Ledger; cells: Cells; volumes: Volumes },
  predictions: readonly Prediction[],
): void {
  if (predictions.length === 0) return;
  const { ledger, cells, volumes } = books;
  try {
    transact(ledger.database, () => {
      const fresh = ledger.addPredictions(predictions);
      cells.add(fresh);
      volumes.add(fresh);
    });
  } catch (error) {
    // The transaction is undone, what the cells hold in memory is not.
    cells.restore();
    throw error;
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { openDatabase, transact } from '../../../lib/kit/sqlite.ts';
import type { Label, Prediction } from './records.ts';

export interface Retention {
  /** Business ms a prediction waits for its label. */
  pendingMs: number;
  /** Business ms a label, and a prediction with one, is kept after it matured. */
  maturedMs: number;
  /** Predictions kept at most, the newest ones. */
  rows: number;
}

/**
 * Predictions and labels of the last business days, joined by transaction id, whichever comes first. It lives on
 * disk: a batch is in the ledger before it is acknowledged to the event log, so a restart neither loses nor has to
 * read again. Writing is idempotent: what was delivered twice counts once, and the first word stands.
 */
export class Ledger {
  readonly database: DatabaseSync;
  readonly #addPrediction;
  readonly #addLabel;
  readonly #settle;

  constructor(path: string) {
    this.database = openDatabase(path, new URL('./migrations/', import.meta.url));
    // A power cut may cost the last moments; waiting for the disk on every batch would cost the machine more.
    this.database.exec('PRAGMA synchronous = NORMAL');
    this.#addPrediction = this.database.prepare(
      `INSERT OR IGNORE INTO predictions (transaction_id, model, version, region, decision, score, made_ms,
         channel, amount_eur, is_fraud, matured_ms)
       SELECT new.*, labels.is_fraud, labels.matured_ms
       FROM (SELECT ? AS transaction_id, ?, ?, ?, ?, ?, ?, ?, ?) AS new
       LEFT JOIN labels USING (transaction_id)`,
    );
    this.#addLabel = this.database.prepare('INSERT OR IGNORE INTO labels VALUES (?, ?, ?, ?)');
    this.#settle = this.database.prepare(
      `UPDATE predictions SET is_fraud = ?, matured_ms = ? WHERE transaction_id = ? AND matured_ms IS NULL`,
    );
  }

  /** Answers those that were not known before. */
  addPredictions<T extends Prediction>(predictions: readonly T[]): T[] {
    if (predictions.length === 0) return [];
    return transact(this.database, () =>
      predictions.filter((prediction) => {
        const { transactionId, model, version, region, decision, score, madeMs, channel, amountEur } =
          prediction;
        return (
          this.#addPrediction.run(
            ...[transactionId, model, version, region, decision, score, madeMs, channel, amountEur],
          ).changes === 1
        );
      }),
    );
  }

  addLabels(labels: readonly Label[]): void {
    if (labels.length === 0) return;
    transact(this.database, () => {
      for (const { transactionId, isFraud, transactionMs, maturedMs } of labels) {
        const added = this.#addLabel.run(transactionId, Number(isFraud), transactionMs, maturedMs);
        if (added.changes === 1) this.#settle.run(Number(isFraud), maturedMs, transactionId);
      }
    });
  }

  /** Forgets what no window can need any more. */
  prune(nowMs: number, retention: Retention): void {
    const { pendingMs, maturedMs, rows } = retention;
    transact(this.database, () => {
      const forget = (sql: string, bound: number) => this.database.prepare(sql).run(bound);
      forget('DELETE FROM predictions WHERE matured_ms IS NULL AND made_ms < ?', nowMs - pendingMs);
      forget('DELETE FROM predictions WHERE matured_ms < ?', nowMs - maturedMs);
      forget('DELETE FROM labels WHERE matured_ms < ?', nowMs - maturedMs);
      forget(
        `DELETE FROM predictions WHERE made_ms <=
         (SELECT made_ms FROM predictions ORDER BY made_ms DESC LIMIT 1 OFFSET ?)`,
        rows,
      );
    });
  }

  close(): void {
    this.database.close();
  }
}

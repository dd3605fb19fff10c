import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';

/** A label nobody knows yet. Times are business time, epoch ms. */
export interface PendingLabel {
  transactionId: string;
  cardId: string;
  transactionMs: number;
  isFraud: boolean;
  maturesMs: number;
}

interface Row {
  transaction_id: string;
  card_id: string;
  transaction_ms: number;
  is_fraud: number;
  matures_ms: number;
}

/**
 * Labels that wait to mature, in a SQLite file, so that a world killed at any moment still tells each of them.
 * WAL without a sync per write: a killed process loses nothing, a power cut the last moments.
 */
export class PendingLabels {
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #due: StatementSync;
  readonly #remove: StatementSync;
  readonly #count: StatementSync;
  readonly #held = new Set<string>();

  constructor(stateDir: string) {
    mkdirSync(stateDir, { recursive: true });
    this.#db = new DatabaseSync(join(stateDir, 'labels.db'));
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS pending (
        transaction_id TEXT PRIMARY KEY,
        card_id TEXT NOT NULL,
        transaction_ms INTEGER NOT NULL,
        is_fraud INTEGER NOT NULL,
        matures_ms INTEGER NOT NULL
      ) WITHOUT ROWID, STRICT;
      CREATE INDEX IF NOT EXISTS pending_matures ON pending (matures_ms);
    `);
    this.#put = this.#db.prepare('INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?, ?)');
    this.#due = this.#db.prepare('SELECT * FROM pending WHERE matures_ms <= ? ORDER BY matures_ms LIMIT ?');
    this.#remove = this.#db.prepare('DELETE FROM pending WHERE transaction_id = ?');
    this.#count = this.#db.prepare('SELECT count(*) AS n FROM pending');
  }

  get size(): number {
    return Number(this.#count.get()!.n);
  }

  put({ transactionId, cardId, transactionMs, isFraud, maturesMs }: PendingLabel): void {
    this.#put.run(transactionId, cardId, transactionMs, isFraud ? 1 : 0, maturesMs);
  }

  /**
   * Puts a label that must not come due before its transaction is answered: `release` or `remove` ends that. What
   * is held is forgotten with the process, and rightly so: nobody will ever hear those answers.
   */
  hold(label: PendingLabel): void {
    this.#held.add(label.transactionId);
    this.put(label);
  }

  release(transactionId: string): void {
    this.#held.delete(transactionId);
  }

  /** All of `labels`, or none when it fails half-way. */
  putAll(labels: Iterable<PendingLabel>): void {
    this.#together(() => {
      for (const label of labels) this.put(label);
    });
  }

  /** At most `limit` labels that have matured by `timeMs`, the earliest first. They stay until removed. */
  due(timeMs: number, limit: number): PendingLabel[] {
    const rows = this.#due.all(timeMs, limit + this.#held.size) as unknown as Row[];
    const due = rows.filter((row) => !this.#held.has(row.transaction_id)).slice(0, limit);
    return due.map((row) => ({
      transactionId: row.transaction_id,
      cardId: row.card_id,
      transactionMs: row.transaction_ms,
      isFraud: row.is_fraud === 1,
      maturesMs: row.matures_ms,
    }));
  }

  remove(transactionIds: readonly string[]): void {
    if (transactionIds.length === 0) return;
    this.#together(() => {
      for (const id of transactionIds) this.#remove.run(id);
    });
    for (const id of transactionIds) this.#held.delete(id);
  }

  clear(): void {
    this.#db.exec('DELETE FROM pending');
  }

  close(): void {
    this.#db.close();
  }

  #together(write: () => void): void {
    this.#db.exec('BEGIN');
    try {
      write();
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

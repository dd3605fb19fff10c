import { createHash } from 'node:crypto';
import type { ScoreResponse, Transaction } from '../../../lib/contract/transaction.ts';

interface Kept {
  transaction: Transaction;
  answer: ScoreResponse;
  atMs: number;
}

/** A terminal that has heard nothing asks again within half a minute. */
const KEPT_MS = 30_000;

/** Answers that were given: whoever asks the same again gets the same (PAY-318). */
export class Repeats {
  readonly #kept: Kept[] = [];

  find(transaction: Transaction): ScoreResponse | undefined {
    const wanted = fingerprint(transaction);
    return this.#copies().find((kept) => fingerprint(kept.transaction) === wanted)?.answer;
  }

  keep(transaction: Transaction, answer: ScoreResponse): void {
    this.#kept.push({ transaction, answer, atMs: Date.now() });
    const oldest = performance.now() - KEPT_MS;
    while (this.#kept[0]!.atMs < oldest) this.#kept.shift();
  }

  /** What was answered is nobody's to change. */
  #copies(): Kept[] {
    return structuredClone(this.#kept);
  }
}

/** The same for the same fields in any order. */
function fingerprint(transaction: Transaction): string {
  const fields = Object.entries(transaction).sort(([a], [b]) => a.localeCompare(b));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

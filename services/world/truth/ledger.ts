import type { Channel, Decision } from '../../../lib/contract/transaction.ts';

/** One transaction as it really was, and what the bank made of it. */
export interface Entry {
  id: string;
  /** Business time of the transaction, epoch ms. */
  timeMs: number;
  /** Wall time the customer knew the outcome, epoch ms. */
  wallMs: number;
  cardId: string;
  channel: Channel;
  /** Of the shop, ISO 3166-1 alpha-2, as it tells the bank. */
  country: string;
  amountEur: number;
  isFraud: boolean;
  /** Status code as text, `timeout`, `error`, or `left` for a customer who saw the queue and went. */
  code: string;
  decision: Decision | undefined;
  score: number | undefined;
  region: string | undefined;
  latencyMs: number;
}

export interface Range {
  /** Business time, epoch ms, inclusive. */
  fromMs?: number | undefined;
  /** Business time, epoch ms, exclusive. */
  toMs?: number | undefined;
  /** Only what was answered since, wall epoch ms. */
  sinceWallMs?: number | undefined;
}

/** The last transactions and their truth: a ring that forgets the oldest. Kept in memory alone. */
export class Ledger {
  readonly #entries: Entry[] = [];
  readonly #capacity: number;
  #next = 0;

  /** @param capacity entries kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  add(entry: Entry): void {
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Entries in the range, the newest first. Entries are in order of wall time, not quite of business time. */
  *select({ fromMs = -Infinity, toMs = Infinity, sinceWallMs = -Infinity }: Range): Generator<Entry> {
    const count = this.#entries.length;
    for (let back = 1; back <= count; back++) {
      const entry = this.#entries[(this.#next - back + count) % count]!;
      if (entry.wallMs < sinceWallMs) return;
      if (entry.timeMs >= fromMs && entry.timeMs < toMs) yield entry;
    }
  }
}

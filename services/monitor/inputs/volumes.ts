import type { DatabaseSync } from 'node:sqlite';
import { DAY_MS } from '../../../lib/kit/clock.ts';
import type { Prediction } from '../ledger/records.ts';
import { BUCKET_MS } from '../windows/cells.ts';
import type { Scope } from '../windows/window.ts';

/** Earlier days a window is compared with. The median of so many forgives a week of odd ones. */
const DAYS = 14;
/** Expected rows below which a ratio says more about chance than about traffic. */
const LEAST_EXPECTED = 100;

export interface Volume {
  status: 'ok' | 'not_enough_data';
  reason: string | null;
  predictions: number;
  /** Median over the same hours of earlier days. */
  expected: number | null;
  ratio: number | null;
}

/** Predictions by business hour, for as long as earlier days are compared with. Written with the ledger. */
export class Volumes {
  readonly #database: DatabaseSync;
  readonly #add;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#add = database.prepare(
      `INSERT INTO volumes VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET predictions = predictions + excluded.predictions`,
    );
  }

  add(predictions: readonly Prediction[]): void {
    const byKey = Map.groupBy(predictions, ({ model, region, channel, madeMs }) =>
      JSON.stringify([Math.floor(madeMs / BUCKET_MS) * BUCKET_MS, model, region, channel]),
    );
    for (const [key, rows] of byKey) {
      const [bucketMs, model, region, channel] = JSON.parse(key) as [number, string, string, string];
      this.#add.run(bucketMs, model, region, channel, rows.length);
    }
  }

  prune(nowMs: number): void {
    this.#database.prepare('DELETE FROM volumes WHERE bucket_ms < ?').run(nowMs - (DAYS + 2) * DAY_MS);
  }

  /**
   * Predictions of the last `hours` complete business hours against the same hours of earlier days.
   * @param knownMs business time up to which every prediction has been read; what came later is not asked for
   */
  measure(model: string, { region, channel }: Scope, hours: number, knownMs: number): Volume {
    const toMs = Math.floor(knownMs / BUCKET_MS) * BUCKET_MS;
    const fromMs = toMs - hours * BUCKET_MS;
    const { since } = this.#database
      .prepare('SELECT min(bucket_ms) AS since FROM volumes WHERE model = ?')
      .get(model) as { since: number | null };
    const count = this.#database.prepare(
      `SELECT coalesce(sum(predictions), 0) AS n FROM volumes WHERE bucket_ms >= ? AND bucket_ms < ?
       AND model = ? AND (? IS NULL OR region = ?) AND (? IS NULL OR channel = ?)`,
    );
    const at = (shiftMs: number): number =>
      (count.get(fromMs - shiftMs, toMs - shiftMs, model, region, region, channel, channel) as { n: number })
        .n;
    const predictions = at(0);
    const earlier: number[] = [];
    // The first hour ever seen began before it was seen.
    for (let day = 1; day <= DAYS && since !== null && fromMs - day * DAY_MS > since; day++) {
      earlier.push(at(day * DAY_MS));
    }
    const lacking = (reason: string, expected: number | null): Volume => ({
      status: 'not_enough_data',
      reason,
      predictions,
      expected,
      ratio: null,
    });
    if (earlier.length === 0) return lacking('no earlier day has these hours', null);
    const expected = median(earlier);
    if (expected < LEAST_EXPECTED) {
      return lacking(`${expected} predictions are usual; it takes ${LEAST_EXPECTED}`, expected);
    }
    return { status: 'ok', reason: null, predictions, expected, ratio: predictions / expected };
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

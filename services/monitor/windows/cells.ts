import type { DatabaseSync } from 'node:sqlite';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import type { ModelVersionKey, Prediction } from '../ledger/records.ts';
import type { Profile } from '../profiles/profile.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { countInto } from './count.ts';

/** Business time one cell covers. */
export const BUCKET_MS = HOUR_MS;
/** Hours kept: the longest window and the hour it begins in. */
const KEPT_MS = 25 * HOUR_MS;
/** Series of version, region and channel in one hour; a platform has six per version. */
const MOST_SERIES = 200;

export interface CellKey extends ModelVersionKey {
  bucketMs: number;
  region: string;
  channel: string;
}
export interface Cell extends CellKey {
  counts: Uint32Array;
}

/**
 * What was predicted lately, by business hour, model version, region and channel: counts, never rows. A window is the
 * sum of its cells, whatever it is cut by.
 *
 * Cells live in memory and on disk. `add` belongs into the transaction that puts the predictions into the ledger, so
 * that each is counted exactly once however often it is delivered and wherever the process dies.
 */
export class Cells {
  readonly #database: DatabaseSync;
  readonly #profiles: Pick<Profiles, 'get'>;
  readonly #put;
  #cells = new Map<string, Cell>();

  constructor(database: DatabaseSync, profiles: Pick<Profiles, 'get'>) {
    this.#database = database;
    this.#profiles = profiles;
    this.#put = database.prepare('INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?, ?, ?)');
    this.restore();
  }

  /** Rows of versions without profile are left out. */
  add(predictions: readonly Prediction[]): void {
    const changed = new Set<Cell>();
    for (const prediction of predictions) {
      const profile = this.#profiles.get(prediction);
      const cell = profile && this.#cell(prediction, profile);
      if (!cell) continue;
      countInto(cell.counts, profile, prediction);
      changed.add(cell);
    }
    for (const { bucketMs, model, version, region, channel, counts } of changed) {
      const bytes = new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength);
      this.#put.run(bucketMs, model, version, region, channel, bytes);
    }
  }

  /** Back to what is on disk: at the start, and after a transaction that was rolled back. */
  restore(): void {
    this.#cells = new Map();
    for (const row of this.#database.prepare('SELECT * FROM cells').iterate()) {
      const { bucket_ms, counts, ...rest } = row as unknown as ModelVersionKey & {
        bucket_ms: number;
        region: string;
        channel: string;
        counts: Uint8Array;
      };
      const cell = { ...rest, bucketMs: bucket_ms, counts: new Uint32Array(counts.slice().buffer) };
      if (cell.counts.length === this.#profiles.get(cell)?.layout.size) this.#cells.set(nameOf(cell), cell);
    }
  }

  /** Every cell of the buckets that begin in [fromMs, toMs). */
  *between(fromMs: number, toMs: number): Generator<Cell> {
    for (const cell of this.#cells.values()) if (cell.bucketMs >= fromMs && cell.bucketMs < toMs) yield cell;
  }

  prune(nowMs: number): void {
    const bound = nowMs - KEPT_MS - BUCKET_MS;
    this.#database.prepare('DELETE FROM cells WHERE bucket_ms < ?').run(bound);
    for (const [name, { bucketMs }] of this.#cells) if (bucketMs < bound) this.#cells.delete(name);
  }

  #cell(prediction: Prediction, { layout }: Profile): Cell | undefined {
    const { model, version, region, channel, madeMs } = prediction;
    const key = { model, version, region, channel, bucketMs: Math.floor(madeMs / BUCKET_MS) * BUCKET_MS };
    const name = nameOf(key);
    const known = this.#cells.get(name);
    if (known) return known;
    if (this.#cells.size >= (MOST_SERIES * KEPT_MS) / BUCKET_MS) return undefined;
    const cell = { ...key, counts: new Uint32Array(layout.size) };
    this.#cells.set(name, cell);
    return cell;
  }
}

const nameOf = ({ bucketMs, model, version, region, channel }: CellKey): string =>
  JSON.stringify([bucketMs, model, version, region, channel]);

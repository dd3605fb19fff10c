import { randomUUID } from 'node:crypto';
import { MAKE_TABLES, WANT_COPY, WRITE_ROWS, WRITE_WATERMARKS } from '../../../lib/features/cold.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import { failureOf, PostgresPool } from '../../../lib/kit/postgres.ts';
import { everyRound } from '../rounds.ts';

const FLUSH_MS = 250;
/** Rows of one statement. */
const CHUNK = 200;
/** Rows that wait at most, tens of megabytes. */
const MOST_PENDING = 5_000;
const WRITE_BOUNDS = { max: 1, acquireTimeoutMs: 5_000, queryTimeoutMs: 10_000 };
/** Events wait for it. */
const RECOVER_BOUNDS = { max: 1, acquireTimeoutMs: 300, queryTimeoutMs: 300 };
/** Wall ms in which a store that did not answer is not asked for rows. */
const LEAVE_ALONE_MS = 2_000;

export interface ColdWriterOptions {
  url: string;
  name: string;
  view: FeatureView;
  metrics: Metrics;
  logger: Logger;
  mostPending?: number;
}

/**
 * Writes rows to the cold store behind those who write them to the online one, a few times a second. Nobody waits for
 * it, and a row that changes often is written as it is then.
 *
 *   rows of a batch ─▶ pending, by key ─▶ every 250 ms: rows, then the watermarks they were complete for
 *                         └─ too many: all are given up, and a whole copy is asked for
 *
 * Watermarks move only for a writer that has had its copy: one that was started or gave rows up cannot know what the
 * store lacks, and what it lacks must not count as known.
 */
export class ColdWriter {
  readonly #options: ColdWriterOptions;
  readonly #writing: PostgresPool;
  readonly #recovering: PostgresPool;
  readonly #rounds;
  readonly #rows;
  readonly #failures;
  readonly #pending = new Map<string, string>();
  /** By partition: the newest watermark. */
  readonly #marks = new Map<number, string>();
  #session = randomUUID();
  /** The session the store knows of. */
  #announced: string | undefined;
  #askAgainAt = 0;

  constructor(options: ColdWriterOptions) {
    this.#options = options;
    const { url, name, metrics, logger } = options;
    this.#writing = new PostgresPool(url, WRITE_BOUNDS, { name, logger });
    this.#recovering = new PostgresPool(url, RECOVER_BOUNDS, { name, logger });
    this.#rows = metrics.counter('firedrill_features_cold_rows_total');
    this.#failures = metrics.counter('firedrill_features_cold_failures_total');
    metrics.gauge('firedrill_features_cold_pending_rows', (gauge) => gauge.set(this.#pending.size));
    this.#rounds = everyRound('cold store', FLUSH_MS, logger, () => this.flush());
  }

  /**
   * Takes rows that are in the online store now.
   * @param rows keys and texts in turns
   * @param watermark RFC 3339; undefined when it has not moved
   */
  put(rows: readonly string[], partition: number, watermark: string | undefined): void {
    for (let i = 0; i < rows.length; i += 2) this.#pending.set(rows[i]!, rows[i + 1]!);
    if (watermark !== undefined) this.#marks.set(partition, watermark);
    if (this.#pending.size > (this.#options.mostPending ?? MOST_PENDING)) this.#giveUp();
  }

  /**
   * Rows that the online store should have and has not: evicted or expired, they are no new entities. Null where there
   * is none, or where nobody can be asked.
   */
  async recover(keys: readonly string[]): Promise<(string | null)[]> {
    const found = new Map(
      keys.flatMap((key) => (this.#pending.has(key) ? [[key, this.#pending.get(key)!]] : [])),
    );
    const unknown = keys.filter((key) => !found.has(key));
    if (unknown.length > 0 && performance.now() >= this.#askAgainAt) {
      try {
        const text = 'SELECT key, row FROM feature_rows WHERE key = ANY($1::text[])';
        const rows = await this.#recovering.query<{ key: string; row: string }>({ text, values: [unknown] });
        for (const { key, row } of rows) found.set(key, row);
      } catch {
        this.#failures.inc({ call: 'recover' });
        this.#askAgainAt = performance.now() + LEAVE_ALONE_MS;
      }
    }
    if (found.size > 0) this.#rows.inc({ result: 'recovered' }, found.size);
    return keys.map((key) => found.get(key) ?? null);
  }

  /** Writes what is pending. @throws when the store does not take it; it stays pending */
  async flush(): Promise<void> {
    const session = this.#session;
    try {
      if (this.#announced !== session) await this.#announce(session);
      const marks = new Map(this.#marks);
      const rows = [...this.#pending];
      for (let from = 0; from < rows.length; from += CHUNK) await this.#write(rows.slice(from, from + CHUNK));
      if (marks.size === 0) return;
      const values = [viewId(this.#options.view), [...marks.keys()], [...marks.values()], session];
      await this.#writing.query({ text: WRITE_WATERMARKS, values });
      for (const [partition, mark] of marks) {
        if (this.#marks.get(partition) === mark) this.#marks.delete(partition);
      }
    } catch (error) {
      this.#failures.inc({ call: 'write' });
      // Its tables are not what they were.
      if (failureOf(error) === 'refused') this.#announced = undefined;
      throw error;
    }
  }

  /** Writes what is left, once, and lets go. */
  async stop(): Promise<void> {
    await this.#rounds.stop();
    await this.flush().catch(() => {});
    await Promise.all([this.#writing.close(), this.#recovering.close()]);
  }

  async #announce(session: string): Promise<void> {
    await this.#writing.query({ text: MAKE_TABLES });
    await this.#writing.query({ text: WANT_COPY, values: [viewId(this.#options.view), session] });
    this.#announced = session;
  }

  async #write(rows: [key: string, text: string][]): Promise<void> {
    const values = [rows.map(([key]) => key), rows.map(([, text]) => text)];
    await this.#writing.query({ text: WRITE_ROWS, values });
    for (const [key, text] of rows) if (this.#pending.get(key) === text) this.#pending.delete(key);
    this.#rows.inc({ result: 'written' }, rows.length);
  }

  #giveUp(): void {
    this.#rows.inc({ result: 'given_up' }, this.#pending.size);
    this.#options.logger.warn(
      { rows: this.#pending.size },
      'too many rows wait for the cold store, given up',
    );
    this.#pending.clear();
    this.#session = randomUUID();
  }
}

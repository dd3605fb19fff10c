import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dayName } from '../../../lib/kit/clock.ts';
import { COLUMNS, dayFolder, IDENTITY, literal, TABLES, type Table } from './layout.ts';
import type { LakeWriter } from './writer.ts';

/** How long the parts of a compacted day stay for queries that have already listed them, wall ms. */
const GRACE_MS = 60_000;

/**
 * Merges the many small files of a closed business day into one, without duplicates. Until the parts are removed, and
 * after a crash in between, rows exist twice, which readers expect.
 */
export class Compaction {
  readonly #writer: LakeWriter;
  readonly #lake: string;
  readonly #now: () => number;
  #retired: { file: string; at: number }[] = [];

  constructor(writer: LakeWriter, lake: string, now: () => number = () => performance.now()) {
    this.#writer = writer;
    this.#lake = lake;
    this.#now = now;
  }

  /**
   * Compacts at most one day, the oldest that needs it, and removes parts whose grace is over.
   * @param before business time; only days that ended before it are touched
   * @returns whether there was something to compact
   */
  async run(before: number): Promise<boolean> {
    this.#removeRetired();
    for (const table of TABLES) {
      const folder = join(this.#lake, table);
      const days = existsSync(folder) ? readdirSync(folder).sort() : [];
      for (const name of days) {
        const day = name.replace(/^day=/, '');
        if (day >= dayName(before)) break;
        const parts = this.#partsOf(table, day);
        if (parts.length > 0) {
          await this.#compact(table, day, parts);
          return true;
        }
      }
    }
    return false;
  }

  #partsOf(table: Table, day: string): string[] {
    const folder = dayFolder(this.#lake, table, day);
    const retired = new Set(this.#retired.map(({ file }) => file));
    return readdirSync(folder)
      .filter((name) => name.startsWith('part-') && name.endsWith('.parquet'))
      .map((name) => join(folder, name))
      .filter((file) => !retired.has(file));
  }

  async #compact(table: Table, day: string, parts: string[]): Promise<void> {
    const folder = dayFolder(this.#lake, table, day);
    const whole = join(folder, 'day.parquet');
    const files = [...(existsSync(whole) ? [whole] : []), ...parts].map(literal).join(', ');
    const [id, time] = IDENTITY[table];
    await this.#writer.copy(
      `SELECT ${Object.keys(COLUMNS[table]).join(', ')} FROM read_parquet([${files}], hive_partitioning = false)
       QUALIFY row_number() OVER (PARTITION BY ${id} ORDER BY ${time}) = 1 ORDER BY ${time}, ${id}`,
      table,
      day,
      'day',
    );
    const at = this.#now() + GRACE_MS;
    this.#retired.push(...parts.map((file) => ({ file, at })));
  }

  #removeRetired(): void {
    const now = this.#now();
    for (const { file, at } of this.#retired) if (at <= now) this.#writer.remove(file);
    this.#retired = this.#retired.filter(({ at }) => at > now);
  }
}

import type { ColdRows } from './cold.ts';
import type { RowStore, StoreFailure } from './store.ts';

/** One row of a request and where it came from. */
export interface FoundRow {
  text: string | null;
  /** `default`: it could not be had. */
  source: 'online' | 'cache' | 'cold' | 'default';
  /** Why the online store did not answer; the row, if there is one, stands in for what it would have said. */
  failure: StoreFailure | undefined;
  /** Business time, epoch ms, up to which the row knows the events; undefined when nobody knows. */
  knowsUntilMs: number | undefined;
  /** What became of asking the cold store; undefined when it was not asked. */
  cold: 'read' | 'absent' | StoreFailure | undefined;
}

export interface RowReader {
  /** In the order of the keys. Never rejects. */
  read(keys: readonly string[]): Promise<FoundRow[]>;
}

export interface TiersOptions {
  online: RowStore;
  /** Business time, epoch ms, up to which the online store knows the events; undefined when nobody knows. */
  watermarkMs(): number | undefined;
  cold: RowStore<ColdRows>;
  /** Whether the cold store is asked at all. */
  enabled(): boolean;
}

/**
 * The online store, and beside it the cold one, which may know a payment more:
 *
 *   online store answers, has the row ──────────────────────────▶ serve it
 *   answers, has it not ─▶ cold store has it ───────────────────▶ serve that: the row was evicted or expired
 *                            └─ has it not, or does not answer ─▶ nothing, as without a cold store
 *   does not answer ─────▶ cold store has it, or has it not ────▶ serve that, and say for whom it stands in
 *                            └─ does not answer ────────────────▶ nobody has it
 *
 * Nothing is put back into the online store from here: its rows have one writer, which knows events the cold row does
 * not have yet. A row put back without them would never get them.
 */
export class Tiers implements RowReader {
  readonly #options: TiersOptions;

  constructor(options: TiersOptions) {
    this.#options = options;
  }

  async read(keys: readonly string[]): Promise<FoundRow[]> {
    const { online, watermarkMs, cold, enabled } = this.#options;
    const knowsUntilMs = watermarkMs();
    const answer = await online.read(keys);
    const failure = typeof answer === 'string' ? answer : undefined;
    const found = keys.map((_, i): FoundRow => {
      if (typeof answer === 'string') return { ...NOTHING, failure };
      return { text: answer[i]!, source: 'online', failure: undefined, knowsUntilMs, cold: undefined };
    });
    if (!enabled()) return found;
    const rows = await cold.read(keys);
    for (const [i, { text: had }] of found.entries()) {
      if (typeof rows === 'string') {
        found[i]!.cold = rows;
        continue;
      }
      const text = rows.texts[i]!;
      // A payment more is a longer row.
      if (had !== null && (text === null || text.length <= had.length)) continue;
      const outcome = text === null ? 'absent' : 'read';
      // Both stores say there is none: the online one's word is the newer.
      if (text === null && !failure) found[i]!.cold = outcome;
      else found[i] = { text, source: 'cold', failure, knowsUntilMs: rows.knowsUntilMs, cold: outcome };
    }
    return found;
  }
}

const NOTHING: FoundRow = {
  text: null,
  source: 'default',
  failure: undefined,
  knowsUntilMs: undefined,
  cold: undefined,
};

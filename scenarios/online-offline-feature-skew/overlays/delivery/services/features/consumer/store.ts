import type { Redis } from 'ioredis';
import type { TransactionEvent } from '../../../lib/contract/events.ts';
import { applyTransaction } from '../../../lib/features/apply.ts';
import { ENTITY_KEYS } from '../../../lib/features/columns.ts';
import { filledKey, progressKey, rowKey, watermarkKey } from '../../../lib/features/keys.ts';
import { decodeStreamRow, encodeRow, type StreamRow } from '../../../lib/features/rows.ts';
import type { FeatureView, RowDefinition } from '../../../lib/features/view.ts';
import { catalogue } from '../../../lib/kit/errors.ts';

const errors = catalogue('CONSUMER', {
  STORE_EMPTIED: {
    status: 503,
    message: () => 'the online store was emptied or filled anew; the batch waits until it is complete again',
  },
  CONNECTION_CHANGED: {
    status: 503,
    message: () => 'the online store was reconnected in the middle of a batch; the batch is applied again',
  },
});

/**
 * Writes what a batch changed, unless the mark is another than when the rows were read: they may have been filled anew
 * in between, and what was made of the old ones would take from the new ones what they know.
 */
const WRITE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local partition, position, watermark = ARGV[2], ARGV[3], ARGV[4]
if watermark ~= '' then redis.call('HSET', KEYS[2], partition, watermark) end
redis.call('HSET', KEYS[3], partition .. ':fill', ARGV[1])
if position ~= '' then redis.call('HSET', KEYS[3], partition .. ':position', position) end
for i = 4, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1]) end
return 1`;

/** How far one partition has come, kept beside the rows so that both survive, or are lost, together. */
export interface Progress {
  /** Position of the newest record in the rows. */
  position: string | undefined;
  /** Which filling of the store these rows build on. */
  fill: string | undefined;
}

export interface Batch {
  partition: number;
  events: TransactionEvent[];
  /** Written with the rows; undefined leaves what is there. */
  position: string | undefined;
  fill: string;
  /** Business time up to which the partition is applied afterwards, RFC 3339; undefined leaves what is there. */
  watermark: string | undefined;
}

/** Where rows go behind the online store, and come back from when that has lost them. */
export interface Behind {
  recover(keys: readonly string[]): Promise<(string | null)[]>;
  put(rows: readonly string[], partition: number, watermark: string | undefined): void;
}

interface Touched {
  definition: RowDefinition;
  row: StreamRow | undefined;
  changed: boolean;
}

/** The stream rows of one view in the online store. This process is their only writer. */
export class StreamStore {
  readonly #redis: Redis;
  readonly #view: FeatureView;
  readonly #rows: RowDefinition[];
  readonly #behind: Behind | undefined;
  #connection = 0;

  constructor(redis: Redis, view: FeatureView, behind?: Behind) {
    this.#redis = redis;
    this.#view = view;
    this.#behind = behind;
    this.#rows = view.rows.filter(({ cadence }) => cadence === 'stream');
    redis.on('ready', () => {
      this.#connection++;
    });
  }

  /** Grows with every connection: what was read on an earlier one may be gone. */
  get connection(): number {
    return this.#connection;
  }

  get ready(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Id of the filling the store holds; null while it is empty. */
  filled(): Promise<string | null> {
    return this.#redis.get(filledKey(this.#view));
  }

  async progress(partition: number): Promise<Progress> {
    const fields = [`${partition}:position`, `${partition}:fill`];
    const [position, fill] = await this.#redis.hmget(progressKey(this.#view), ...fields);
    return { position: position ?? undefined, fill: fill ?? undefined };
  }

  /**
   * Reads the rows a batch touches with one MGET, applies it in memory, and writes rows, watermark and position with
   * one script: a crash, and a filling that has begun meanwhile, leave all or nothing of the batch.
   * @returns per event, whether it was new
   */
  async apply({ partition, events, position, fill, watermark }: Batch): Promise<boolean[]> {
    const connection = this.#connection;
    const touched = new Map<string, Touched>();
    for (const { payload } of events) {
      for (const definition of this.#rows) {
        const key = rowKey(this.#view, definition, payload.transaction[ENTITY_KEYS[definition.entity]]);
        touched.set(key, { definition, row: undefined, changed: false });
      }
    }
    const keys = [...touched.keys()];
    const [filled, ...texts] = await this.#redis.mget(filledKey(this.#view), ...keys);
    if (filled !== fill) throw errors.STORE_EMPTIED();
    const missing = keys.filter((_, i) => texts[i] == null);
    const recovered = missing.length > 0 ? ((await this.#behind?.recover(missing)) ?? []) : [];
    for (const [i, key] of keys.entries()) {
      const entry = touched.get(key)!;
      const text = texts[i] ?? recovered[missing.indexOf(key)] ?? null;
      if (text !== null) entry.row = decodeStreamRow(text, entry.definition.entity);
    }

    const applied = events.map(({ recorded_at, payload: { transaction } }) => {
      // One clock for all channels: a terminal's own may be wrong.
      const ts = Date.parse(recorded_at);
      let isNew = false;
      for (const definition of this.#rows) {
        const entry = touched.get(
          rowKey(this.#view, definition, transaction[ENTITY_KEYS[definition.entity]]),
        )!;
        const result = applyTransaction(this.#view, definition, entry.row, transaction, ts);
        entry.row = result.row;
        entry.changed ||= result.applied;
        isNew ||= result.applied;
      }
      return isNew;
    });

    const changed = [...touched].flatMap(([key, { row, changed }]): [string, string][] =>
      changed ? [[key, encodeRow(row!)]] : [],
    );
    // Rows read on another connection may be from before a restart that lost them.
    if (connection !== this.#connection) throw errors.CONNECTION_CHANGED();
    const into = [filledKey(this.#view), watermarkKey(this.#view), progressKey(this.#view)];
    const written = [...into, ...changed.map(([key]) => key)];
    const values = [fill, partition, position ?? '', watermark ?? '', ...changed.map(([, text]) => text)];
    if ((await this.#redis.eval(WRITE, written.length, ...written, ...values)) === 0) {
      throw errors.STORE_EMPTIED();
    }
    this.#behind?.put(changed.flat(), partition, watermark);
    return applied;
  }
}

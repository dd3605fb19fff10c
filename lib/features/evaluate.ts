import type { Transaction } from '../contract/transaction.ts';
import { compileFeature, type Lookup } from './compile.ts';
import { decodeNightlyRow, decodeStreamRow, type NightlyRow, type StreamRow } from './rows.ts';
import type { FeatureView } from './view.ts';

export interface Evaluation {
  /** Business seconds since the newest event in the row of the view's entity; null without one. */
  ageSeconds: number | null;
  /** Whether the view's entity has any row. */
  known: boolean;
}

export interface Evaluator {
  /** Features in the view: how many values one request writes. */
  readonly width: number;
  /**
   * Writes the features of one request, defaults where there is nothing to aggregate.
   * @param atMs business time of the request, epoch ms; a window covers [atMs - window, atMs)
   * @param rows the answer of MGET to `rowKeys(view, transaction)`
   * @param into features go to into[offset] .. into[offset + width - 1], rounded to float32
   * @throws AppError FEATURES_ROW_UNREADABLE
   */
  evaluate(
    transaction: Transaction,
    atMs: number,
    rows: readonly (string | null)[],
    into: Float32Array,
    offset: number,
  ): Evaluation;
  /** The same without defaults: NaN where there is nothing to aggregate. */
  evaluateRaw(
    transaction: Transaction,
    atMs: number,
    rows: readonly (string | null)[],
    into: Float64Array,
  ): Evaluation;
}

/** Compiles a view to closures over its parsed rows. One evaluator serves one request at a time. */
export function createEvaluator(view: FeatureView): Evaluator {
  const { features, rows: definitions } = view;
  const width = features.length;
  const values = new Float64Array(width);
  const stream: (StreamRow | undefined)[] = new Array(definitions.length).fill(undefined);
  const nightly: (NightlyRow | undefined)[] = new Array(definitions.length).fill(undefined);
  const lookup: Lookup = { transaction: {} as Transaction, atMs: 0, stream, nightly, values };
  const compiled = features.map((feature) => compileFeature(view, feature));
  const defaults = Float64Array.from(features, (feature) => feature.default);
  // Ratios divide what the others have computed.
  const order = [
    ...features.keys().filter((i) => features[i]!.aggregation !== 'ratio'),
    ...features.keys().filter((i) => features[i]!.aggregation === 'ratio'),
  ];
  const isRatio = features.map((feature) => feature.aggregation === 'ratio');
  const ownRows = definitions.flatMap((row, i) => (row.entity === view.entity ? [i] : []));
  const ownStream = definitions.findIndex((row) => row.entity === view.entity && row.cadence === 'stream');

  const load = (transaction: Transaction, atMs: number, rows: readonly (string | null)[]): Evaluation => {
    lookup.transaction = transaction;
    lookup.atMs = atMs;
    for (let i = 0; i < definitions.length; i++) {
      const { entity, cadence } = definitions[i]!;
      const text = rows[i] ?? null;
      if (cadence === 'stream') stream[i] = text === null ? undefined : decodeStreamRow(text, entity);
      else nightly[i] = text === null ? undefined : decodeNightlyRow(text, entity);
    }
    const own = stream[ownStream];
    return {
      ageSeconds: own === undefined ? null : Math.max(0, (atMs - own.updated_at) / 1000),
      known: ownRows.some((i) => (rows[i] ?? null) !== null),
    };
  };

  return {
    width,
    evaluate(transaction, atMs, rows, into, offset) {
      const evaluation = load(transaction, atMs, rows);
      for (const i of order) {
        const value = compiled[i]!(lookup);
        values[i] = Number.isNaN(value) ? defaults[i]! : value;
        into[offset + i] = values[i]!;
      }
      return evaluation;
    },
    evaluateRaw(transaction, atMs, rows, into) {
      const evaluation = load(transaction, atMs, rows);
      for (const i of order) {
        const value = compiled[i]!(lookup);
        into[i] = value;
        if (!isRatio[i]) values[i] = Number.isNaN(value) ? defaults[i]! : value;
      }
      return evaluation;
    },
  };
}

import type { Dataset } from '../trainer/dataset.ts';
import { errors } from './errors.ts';
import type { Table } from './table.ts';

/** Rows `from` to `to` of a table, as a data set of the trainer. Views, not copies. */
export interface Part extends Dataset {
  /** Row of the table the part begins at. */
  readonly start: number;
}

export interface Split {
  /** What the model learns from. */
  train: Part;
  /** The days after: they stop the boosting and set the thresholds. */
  validation: Part;
  /** The days after that: nobody looks at them before the figures. */
  test: Part;
}

const LEAST_ROWS = 100;
/** Shares of the time range held out, at its end. */
const HELD_OUT = { validation: 0.1, test: 0.1 };

/**
 * Splits by time, never at random: a model is used on the days after the ones it learnt from, and rows of one card
 * lie close together.
 * @throws AppError TRAIN_TOO_FEW_ROWS
 */
export function splitByTime(table: Table): Split {
  // The rows' own range: what was asked for may reach beyond the last transaction the lake has.
  const toMs = table.times.at(-1) ?? 0;
  const span = toMs - (table.times[0] ?? 0);
  const testFrom = lowerBound(table.times, toMs - span * HELD_OUT.test);
  const validationFrom = lowerBound(table.times, toMs - span * (HELD_OUT.test + HELD_OUT.validation));
  const part = (name: string, start: number, end: number): Part => {
    if (end - start < LEAST_ROWS) throw errors.TOO_FEW_ROWS(name, end - start, LEAST_ROWS);
    return {
      start,
      featureNames: table.featureNames,
      columns: table.features.map((column) => column.subarray(start, end)),
      labels: table.labels.subarray(start, end),
    };
  };
  return {
    train: part('training', 0, validationFrom),
    validation: part('validation', validationFrom, testFrom),
    test: part('test', testFrom, table.rows),
  };
}

/** At most `rows` rows of a part, evenly spread over its time. */
export function thin(part: Dataset, rows: number): Dataset {
  const step = Math.max(1, Math.ceil(part.labels.length / rows));
  const kept = Math.ceil(part.labels.length / step);
  return {
    featureNames: part.featureNames,
    columns: part.columns.map((column) => Float32Array.from({ length: kept }, (_, i) => column[i * step]!)),
    labels: Uint8Array.from({ length: kept }, (_, i) => part.labels[i * step]!),
  };
}

/** The first index whose time is at or after `timeMs`. @param times ascending */
function lowerBound(times: Float64Array, timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

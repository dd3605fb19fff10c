import { binIndex } from '../../../lib/stats/histogram.ts';
import { errors } from './errors.ts';

/**
 * Quantile binning: each feature value becomes a small bin number, so that a tree level needs one pass
 * over histograms instead of a sort (Ke et al. 2017, "LightGBM", section 2.1).
 *
 * Bin b of a feature holds the values in (thresholds[b - 1], thresholds[b]]; the last one is open above.
 * Missing values (NaN) have a bin of their own, the last of the feature's `stride` bins.
 */
export type BinnedColumns = {
  /** Bins reserved per feature, the missing one included. */
  readonly stride: number;
  /** Per feature, the inclusive upper bounds of all bins but the open one, ascending, exact in float32. */
  readonly thresholds: readonly Float32Array[];
  /**
   * Row by row, for each of d features the entry `f * stride + bin` of a histogram: n * d values. Rows
   * rather than columns because neighbouring updates then never hit the same histogram entry, which the
   * processor would have to run one after the other (measured: 2.5 ns an update against 4-8 ns).
   */
  readonly entries: Uint16Array;
  /** Per feature, n bin numbers: the same by columns, for looking at one feature of many rows. */
  readonly bins: readonly Uint8Array[];
};

export const MAX_BINS = 255;

/**
 * Bins d columns of n values into at most `maxBins` bins each, missing ones aside.
 *
 * @throws AppError TRN_OPTION unless 2 <= maxBins <= 255 and all features' bins fit 65,536 entries.
 */
export function binColumns(columns: readonly Float32Array[], maxBins: number): BinnedColumns {
  if (!Number.isInteger(maxBins) || maxBins < 2 || maxBins > MAX_BINS) {
    throw errors.OPTION('maxBins', maxBins, `a whole number from 2 to ${MAX_BINS}`);
  }
  const d = columns.length;
  const stride = maxBins + 1;
  if (d * stride > 65_536) throw errors.OPTION('maxBins', maxBins, `fewer bins for ${d} features`);

  const thresholds = columns.map((column) => quantileThresholds(column, maxBins));
  const bins = columns.map((column, f) => binColumn(column, thresholds[f]!, maxBins));
  const entries = new Uint16Array(d * columns[0]!.length);
  bins.forEach((column, f) => {
    for (let i = 0; i < column.length; i++) entries[i * d + f] = f * stride + column[i]!;
  });
  return { stride, thresholds, entries, bins };
}

function binColumn(column: Float32Array, thresholds: Float32Array, missingBin: number): Uint8Array {
  const bins = new Uint8Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    bins[i] = Number.isNaN(value) ? missingBin : binIndex(thresholds, value);
  }
  return bins;
}

/**
 * Cuts the sorted values into bins of about equal counts. Equal values are never separated, and what a
 * heavy value takes beyond its share is taken off the shares of the bins that follow.
 */
export function quantileThresholds(column: Float32Array, maxBins: number): Float32Array {
  // Typed arrays sort by number and put NaN last.
  const sorted = column.slice().sort();
  let present = sorted.length;
  while (present > 0 && Number.isNaN(sorted[present - 1]!)) present--;

  const oneBinEach = countDistinct(sorted, present) <= maxBins;
  const thresholds: number[] = [];
  let start = 0;
  for (let i = 0; i + 1 < present && thresholds.length + 1 < maxBins; i++) {
    if (sorted[i] === sorted[i + 1]) continue;
    const share = (present - start) / (maxBins - thresholds.length);
    if (!oneBinEach && i + 1 - start < share) continue;
    thresholds.push(between(sorted[i]!, sorted[i + 1]!));
    start = i + 1;
  }
  return Float32Array.from(thresholds);
}

function countDistinct(sorted: Float32Array, present: number): number {
  let distinct = present > 0 ? 1 : 0;
  for (let i = 1; i < present; i++) if (sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}

/**
 * The middle of two neighbours a < b as a float32 t with a <= t < b. Rounding reaches b when no float32
 * lies between them; then a itself separates the two.
 */
function between(a: number, b: number): number {
  const middle = Math.fround(a / 2 + b / 2);
  return middle < b ? middle : a;
}

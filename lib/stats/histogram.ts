import type { Baseline } from '../contract/registry.ts';

/*
 * Baselines: the distribution of a feature or a score as a model saw it in training, which drift is
 * measured against. Bin b counts the values in (edges[b - 1], edges[b]]; the first bin is open below, the
 * last above, so that every later value has a bin. Missing values (NaN) are counted aside.
 */

/**
 * Bins of about equal counts from the quantiles of the present values. Heavy values merge quantiles, so
 * there may be fewer bins than asked for; a constant or empty column has one.
 *
 * @throws RangeError unless bins is a whole number from 1.
 */
export function baselineHistogram(values: ArrayLike<number>, bins = 10): Baseline {
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`bins: is ${bins}; use a whole number from 1`);
  return countInto(quantileEdges(values, bins), values);
}

/** Counts other values into the bins of a baseline, to compare the two. */
export function countInto(edges: readonly number[], values: ArrayLike<number>): Baseline {
  const counts = new Array<number>(edges.length + 1).fill(0);
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Number.isNaN(value)) missing++;
    else counts[binIndex(edges, value)]! += 1;
  }
  return { edges: [...edges], counts, missing };
}

/** The bin of a value that is not NaN: the number of ascending edges below it. */
export function binIndex(edges: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The k/bins quantiles, k = 1 .. bins - 1, as values of the data (Hyndman and Fan 1996, type 1). */
function quantileEdges(values: ArrayLike<number>, bins: number): number[] {
  // Typed arrays sort by number and put NaN last.
  const sorted = Float64Array.from(values).sort();
  let present = sorted.length;
  while (present > 0 && Number.isNaN(sorted[present - 1]!)) present--;

  const edges: number[] = [];
  const last = sorted[present - 1];
  for (let k = 1; k < bins && present > 0; k++) {
    const edge = sorted[Math.ceil((k * present) / bins) - 1]!;
    // The maximum as an edge would leave the bin above it empty.
    if (edge !== edges.at(-1) && edge !== last && Number.isFinite(edge)) edges.push(edge);
  }
  return edges;
}

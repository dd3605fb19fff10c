/**
 * Per feature and bin: the sum of gradients, the sum of hessians and the number of rows of one tree node
 * (Ke et al. 2017, algorithm 1). Feature f and bin b have the entry `f * stride + b`.
 */
export type Histogram = {
  /** Gradient and hessian of an entry side by side, at 2 * entry and 2 * entry + 1. */
  readonly sums: Float64Array;
  readonly counts: Int32Array;
};

export function createHistogram(entries: number): Histogram {
  return { sums: new Float64Array(2 * entries), counts: new Int32Array(entries) };
}

/**
 * Overwrites `histogram` with the sums over `rows[start..end)`.
 *
 * @param entries n * d histogram entries, row by row.
 * @param gradients,hessians n values each.
 */
export function fillHistogram(
  histogram: Histogram,
  entries: Uint16Array,
  d: number,
  rows: Int32Array,
  start: number,
  end: number,
  gradients: Float32Array,
  hessians: Float32Array,
): void {
  const { sums, counts } = histogram;
  sums.fill(0);
  counts.fill(0);
  for (let i = start; i < end; i++) {
    const row = rows[i]!;
    const gradient = gradients[row]!;
    const hessian = hessians[row]!;
    const first = row * d;
    for (let at = first; at < first + d; at++) {
      const entry = entries[at]!;
      sums[entry << 1]! += gradient;
      sums[(entry << 1) | 1]! += hessian;
      counts[entry]! += 1;
    }
  }
}

/**
 * Turns a parent's histogram into that of one child by taking away the other child's: only the smaller
 * child of a split is ever counted (Ke et al. 2017, section 2.1).
 */
export function subtractHistogram(parent: Histogram, child: Histogram): void {
  for (let i = 0; i < parent.sums.length; i++) parent.sums[i]! -= child.sums[i]!;
  for (let i = 0; i < parent.counts.length; i++) parent.counts[i]! -= child.counts[i]!;
}

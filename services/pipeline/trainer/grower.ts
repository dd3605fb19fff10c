import type { BinnedColumns } from './binning.ts';
import { createHistogram, fillHistogram, type Histogram, subtractHistogram } from './histogram.ts';
import { findBestSplit, leafValue, type NodeSums, type Split, type SplitRules } from './split.ts';
import { LEAF, type Tree } from './tree.ts';

export type GrowthRules = SplitRules & {
  /** Tests between the root and a leaf, at most. */
  readonly maxDepth: number;
  /** Factor on every leaf value (shrinkage, Friedman 2001). */
  readonly learningRate: number;
};

/** What a tree is grown on. */
export type GrowthSample = {
  /** The rows to learn from come first, `count` of them; growing reorders those. */
  readonly rows: Int32Array;
  readonly count: number;
  /** First and second derivative of the loss by the log-odds: n each. */
  readonly gradients: Float32Array;
  readonly hessians: Float32Array;
  /** The features that may be tested, ascending. */
  readonly features: readonly number[];
};

/** The rows `rows[start..end)` ended in one leaf, which adds `value` to their log-odds. */
export type GrownLeaf = { readonly start: number; readonly end: number; readonly value: number };

/** The largest float32: a threshold that every present value is below, so that only missing ones go right. */
const ABOVE_ALL = 3.4028234663852886e38;

type Draft = { [K in keyof Tree]: number[] };

/**
 * Grows regression trees on binned columns, one after the other, reusing its buffers.
 *
 * A node is a range of the sample's rows; splitting reorders the range in place. Depth first, so that at
 * most `maxDepth + 1` histograms are alive:
 *
 *   node's histogram ── split ──▶ smaller child: counted into a free histogram
 *                             └─▶ larger child:  what remains of the node's, in place
 */
export class TreeGrower {
  readonly #binned: BinnedColumns;
  readonly #rules: GrowthRules;
  readonly #binCounts: readonly number[];
  readonly #scratch: Int32Array;
  readonly #goesLeft: Uint8Array;
  readonly #free: Histogram[] = [];

  constructor(binned: BinnedColumns, rules: GrowthRules) {
    this.#binned = binned;
    this.#rules = rules;
    this.#binCounts = binned.thresholds.map((thresholds) => thresholds.length + 1);
    this.#scratch = new Int32Array(binned.entries.length / binned.thresholds.length);
    this.#goesLeft = new Uint8Array(binned.stride);
  }

  /** Grows one tree; the leaves cover the sample's rows in order. */
  grow(sample: GrowthSample): { tree: Tree; leaves: GrownLeaf[] } {
    const tree: Draft = {
      feature: [],
      threshold: [],
      missingLeft: [],
      left: [],
      right: [],
      value: [],
      gain: [],
    };
    const leaves: GrownLeaf[] = [];
    const root = this.#count(sample, 0, sample.count);
    this.#growNode(
      sample,
      tree,
      leaves,
      { start: 0, end: sample.count, depth: 0, sums: sumOf(sample) },
      root,
    );
    return { tree, leaves };
  }

  /** Appends the node of a range and all below it; returns its index. Without a histogram it is a leaf. */
  #growNode(
    sample: GrowthSample,
    tree: Draft,
    leaves: GrownLeaf[],
    range: { start: number; end: number; depth: number; sums: NodeSums },
    histogram: Histogram | undefined,
  ): number {
    const { start, end, depth, sums } = range;
    const { stride, thresholds } = this.#binned;
    const node = tree.feature.length;
    const split =
      histogram && findBestSplit(histogram, sums, sample.features, this.#binCounts, stride, this.#rules);
    if (!split) {
      const value = Math.fround(this.#rules.learningRate * leafValue(sums, this.#rules.l2));
      append(tree, { feature: LEAF, threshold: 0, missingLeft: 0, value, gain: 0 });
      leaves.push({ start, end, value });
      if (histogram) this.#free.push(histogram);
      return node;
    }

    append(tree, {
      feature: split.feature,
      threshold: thresholds[split.feature]![split.bin] ?? ABOVE_ALL,
      missingLeft: split.missingLeft ? 1 : 0,
      value: 0,
      gain: split.gain,
    });
    const middle = this.#partition(sample.rows, start, end, split);
    const [ofLeft, ofRight] = this.#childHistograms(sample, start, middle, end, depth, histogram);
    const left = { start, end: middle, depth: depth + 1, sums: split.left };
    const right = { start: middle, end, depth: depth + 1, sums: split.right };
    tree.left[node] = this.#growNode(sample, tree, leaves, left, ofLeft);
    tree.right[node] = this.#growNode(sample, tree, leaves, right, ofRight);
    return node;
  }

  #childHistograms(
    sample: GrowthSample,
    start: number,
    middle: number,
    end: number,
    depth: number,
    parent: Histogram,
  ): [Histogram, Histogram] | [] {
    if (depth + 1 === this.#rules.maxDepth) {
      this.#free.push(parent);
      return [];
    }
    const leftIsSmaller = middle - start <= end - middle;
    const smaller = leftIsSmaller ? this.#count(sample, start, middle) : this.#count(sample, middle, end);
    subtractHistogram(parent, smaller);
    return leftIsSmaller ? [smaller, parent] : [parent, smaller];
  }

  #count({ rows, gradients, hessians }: GrowthSample, start: number, end: number): Histogram {
    const { entries, stride, thresholds } = this.#binned;
    const d = thresholds.length;
    const histogram = this.#free.pop() ?? createHistogram(d * stride);
    fillHistogram(histogram, entries, d, rows, start, end, gradients, hessians);
    return histogram;
  }

  /** Moves the rows that go left to the front of the range, order kept; returns where the others begin. */
  #partition(rows: Int32Array, start: number, end: number, split: Split): number {
    const { stride } = this.#binned;
    const bins = this.#binned.bins[split.feature]!;
    // A table and two unconditional writes: the branch would be mispredicted every other time.
    for (let bin = 0; bin < stride; bin++) this.#goesLeft[bin] = bin <= split.bin ? 1 : 0;
    this.#goesLeft[stride - 1] = split.missingLeft ? 1 : 0;
    const goesLeft = this.#goesLeft;
    const scratch = this.#scratch;
    let left = start;
    let right = 0;
    for (let i = start; i < end; i++) {
      const row = rows[i]!;
      const goes = goesLeft[bins[row]!]!;
      rows[left] = row;
      scratch[right] = row;
      left += goes;
      right += 1 - goes;
    }
    rows.set(scratch.subarray(0, right), left);
    return left;
  }
}

function append(
  tree: Draft,
  node: Record<'feature' | 'threshold' | 'missingLeft' | 'value' | 'gain', number>,
): void {
  tree.feature.push(node.feature);
  tree.threshold.push(node.threshold);
  tree.missingLeft.push(node.missingLeft);
  tree.value.push(node.value);
  tree.gain.push(node.gain);
  tree.left.push(0);
  tree.right.push(0);
}

function sumOf({ rows, count, gradients, hessians }: GrowthSample): NodeSums {
  let gradient = 0;
  let hessian = 0;
  for (let i = 0; i < count; i++) {
    gradient += gradients[rows[i]!]!;
    hessian += hessians[rows[i]!]!;
  }
  return { gradient, hessian, rows: count };
}

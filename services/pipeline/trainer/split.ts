import type { Histogram } from './histogram.ts';

/** What keeps a split from fitting noise. */
export type SplitRules = {
  /** L2 penalty on leaf values (lambda of Chen & Guestrin 2016). */
  readonly l2: number;
  /** Least sum of hessians in a child. */
  readonly minChildWeight: number;
  /** Least number of rows in a child. */
  readonly minRows: number;
  /** A split must gain more than this (gamma of Chen & Guestrin 2016). */
  readonly minGain: number;
};

/** Sums of gradients and hessians and the row count of one node. */
export type NodeSums = { readonly gradient: number; readonly hessian: number; readonly rows: number };

/** Bins up to `bin` go left, the others right, missing values where `missingLeft` says. */
export type Split = {
  readonly feature: number;
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly gain: number;
  readonly left: NodeSums;
  readonly right: NodeSums;
};

/**
 * The reduction of the second-order loss by a split: equation 7 of Chen & Guestrin 2016, "XGBoost",
 * without gamma.
 */
export function splitGain(left: NodeSums, right: NodeSums, l2: number): number {
  return 0.5 * (score(left, l2) + score(right, l2) - score(add(left, right), l2));
}

/** The loss-minimising value of a leaf: equation 5 of Chen & Guestrin 2016. */
export function leafValue(sums: NodeSums, l2: number): number {
  return -sums.gradient / (sums.hessian + l2);
}

function score(sums: NodeSums, l2: number): number {
  return (sums.gradient * sums.gradient) / (sums.hessian + l2);
}

function add(a: NodeSums, b: NodeSums): NodeSums {
  return { gradient: a.gradient + b.gradient, hessian: a.hessian + b.hessian, rows: a.rows + b.rows };
}

function subtract(a: NodeSums, b: NodeSums): NodeSums {
  return { gradient: a.gradient - b.gradient, hessian: a.hessian - b.hessian, rows: a.rows - b.rows };
}

/**
 * The best split of a node over the given features, or undefined when none is allowed. Ties go to the
 * first feature and the lowest bin, so that a run can be repeated.
 *
 * Where the node has missing values of a feature, both directions are tried, and "present against
 * missing" as well (the sparsity-aware search of Chen & Guestrin 2016, algorithm 3). Where it has none,
 * missing values that come later follow the child with more rows.
 *
 * @param binCounts per feature, the number of bins without the missing one.
 */
export function findBestSplit(
  histogram: Histogram,
  total: NodeSums,
  features: readonly number[],
  binCounts: readonly number[],
  stride: number,
  rules: SplitRules,
): Split | undefined {
  let best: Split | undefined;
  for (const feature of features) {
    const missing = sumsAt(histogram, feature * stride + stride - 1);
    const bins = binCounts[feature]!;
    let present: NodeSums = { gradient: 0, hessian: 0, rows: 0 };
    for (let bin = 0; bin < bins; bin++) {
      present = add(present, sumsAt(histogram, feature * stride + bin));
      const withoutMissing = consider(total, present, rules, best?.gain);
      if (withoutMissing !== undefined) {
        const right = subtract(total, present);
        const missingLeft = missing.rows === 0 && present.rows > right.rows;
        best = { feature, bin, missingLeft, gain: withoutMissing, left: present, right };
      }
      if (missing.rows === 0) continue;
      const left = add(present, missing);
      const withMissing = consider(total, left, rules, best?.gain);
      if (withMissing !== undefined) {
        best = { feature, bin, missingLeft: true, gain: withMissing, left, right: subtract(total, left) };
      }
    }
  }
  return best;
}

/** The gain of splitting `left` off when the rules allow it and it beats `best`. */
function consider(
  total: NodeSums,
  left: NodeSums,
  rules: SplitRules,
  best: number = rules.minGain,
): number | undefined {
  if (left.rows < rules.minRows || total.rows - left.rows < rules.minRows) return undefined;
  const rightHessian = total.hessian - left.hessian;
  if (left.hessian < rules.minChildWeight || rightHessian < rules.minChildWeight) return undefined;
  const gain = splitGain(left, subtract(total, left), rules.l2);
  return gain > best ? gain : undefined;
}

function sumsAt({ sums, counts }: Histogram, entry: number): NodeSums {
  return { gradient: sums[2 * entry]!, hessian: sums[2 * entry + 1]!, rows: counts[entry]! };
}

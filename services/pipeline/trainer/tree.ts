/**
 * One regression tree as parallel arrays: node i reads entry i of each; the root is node 0. Plain arrays
 * of numbers, so that a model survives JSON unchanged.
 */
export type Tree = {
  /** Feature tested, or LEAF. */
  readonly feature: readonly number[];
  /** Values up to and including this float32 go left. */
  readonly threshold: readonly number[];
  /** 1 where a missing value goes left. */
  readonly missingLeft: readonly number[];
  /** Child nodes; 0 in leaves. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  /** In leaves, the float32 added to the log-odds; 0 elsewhere. */
  readonly value: readonly number[];
  /** Loss reduction of the node's split; 0 in leaves. */
  readonly gain: readonly number[];
};

export const LEAF = -1;

/** Adds the tree's value to `scores[i]` (log-odds) for each row i in `rows[start..end)`. */
export function addTree(
  tree: Tree,
  columns: readonly Float32Array[],
  rows: Int32Array,
  start: number,
  end: number,
  scores: Float64Array,
): void {
  const { feature, threshold, missingLeft, left, right, value } = tree;
  for (let i = start; i < end; i++) {
    const row = rows[i]!;
    let node = 0;
    let f = feature[0]!;
    while (f !== LEAF) {
      const x = columns[f]![row]!;
      const goesLeft = x <= threshold[node]! || (missingLeft[node] === 1 && Number.isNaN(x));
      node = goesLeft ? left[node]! : right[node]!;
      f = feature[node]!;
    }
    scores[row] = scores[row]! + value[node]!;
  }
}

/** The tree's value for one row of d float32 features. */
export function evaluateTree(tree: Tree, row: Float32Array): number {
  let node = 0;
  while (tree.feature[node] !== LEAF) {
    const x = row[tree.feature[node]!]!;
    const goesLeft = x <= tree.threshold[node]! || (tree.missingLeft[node] === 1 && Number.isNaN(x));
    node = goesLeft ? tree.left[node]! : tree.right[node]!;
  }
  return tree.value[node]!;
}

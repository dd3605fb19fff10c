import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { binColumns } from './binning.ts';
import { readRow } from './dataset.ts';
import { syntheticDataset } from './fixtures.ts';
import { type GrowthRules, TreeGrower } from './grower.ts';
import { addTree, evaluateTree, LEAF, type Tree } from './tree.ts';

const rules: GrowthRules = {
  l2: 1,
  minChildWeight: 1e-3,
  minRows: 1,
  minGain: 0,
  maxDepth: 3,
  learningRate: 1,
};
const rowsOf = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

function depthOf(tree: Tree, node = 0): number {
  if (tree.feature[node] === LEAF) return 0;
  return 1 + Math.max(depthOf(tree, tree.left[node]), depthOf(tree, tree.right[node]));
}

test('a tree by hand: two tests, three leaves', () => {
  const columns = [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 1, 1, 2)];
  const gradients = Float32Array.of(3, 3, -1, -5);
  const hessians = Float32Array.of(1, 1, 1, 1);
  const grower = new TreeGrower(binColumns(columns, 8), { ...rules, maxDepth: 2 });
  const { tree } = grower.grow({ rows: rowsOf(4), count: 4, gradients, hessians, features: [0, 1] });
  expect(tree).toMatchObject({
    feature: [0, LEAF, 0, LEAF, LEAF],
    threshold: [2.5, 0, 3.5, 0, 0],
    left: [1, 0, 3, 0, 0],
    right: [2, 0, 4, 0, 0],
    // -G / (H + 1): left -(6) / 3, then -(-1) / 2 and -(-5) / 2.
    value: [0, -2, 0, 0.5, 2.5],
  });
});

test('leaves hold exactly the rows the finished tree sends there, and sampled rows only', () => {
  const random = createRandom('grower');
  const n = 3000;
  const { columns, labels } = syntheticDataset(random, n, { d: 7, intercept: -1 });
  const gradients = Float32Array.from(labels, (label) => 0.3 - label);
  const hessians = new Float32Array(n).fill(0.21);
  const rows = rowsOf(n);
  const count = 2400;
  const grower = new TreeGrower(binColumns(columns, 32), { ...rules, maxDepth: 5, minRows: 20 });

  for (let repeat = 0; repeat < 3; repeat++) {
    const sample = { rows, count, gradients, hessians, features: [0, 1, 2, 3, 4, 5, 6] };
    const { tree, leaves } = grower.grow(sample);
    expect(depthOf(tree)).toBe(5);
    expect(leaves.map(({ start }) => start)).toEqual([0, ...leaves.slice(0, -1).map(({ end }) => end)]);
    expect(leaves.at(-1)!.end).toBe(count);
    for (const { start, end, value } of leaves) {
      expect(end - start).toBeGreaterThanOrEqual(20);
      let [gradient, hessian] = [0, 0];
      for (const row of rows.subarray(start, end)) {
        expect(evaluateTree(tree, readRow(columns, row))).toBe(value);
        gradient += gradients[row]!;
        hessian += hessians[row]!;
      }
      // The leaf's sums come from repeated subtraction; the direct sum must agree.
      expect(value).toBeCloseTo(-gradient / (hessian + 1), 5);
    }
    const scores = new Float64Array(n);
    addTree(tree, columns, rows, 0, n, scores);
    for (const { start, end, value } of leaves) {
      for (const row of rows.subarray(start, end)) expect(scores[row]).toBe(value);
    }
  }
  expect(Array.from(rows.subarray(0, count)).sort((a, b) => a - b)).toEqual(Array.from(rowsOf(count)));
});

test('present against missing is a threshold above every value', () => {
  const columns = [Float32Array.of(5, 5, Number.NaN, Number.NaN)];
  const gradients = Float32Array.of(1, 1, -1, -1);
  const grower = new TreeGrower(binColumns(columns, 8), rules);
  const sample = {
    rows: rowsOf(4),
    count: 4,
    gradients,
    hessians: new Float32Array(4).fill(1),
    features: [0],
  };
  const { tree } = grower.grow(sample);
  expect(evaluateTree(tree, Float32Array.of(1e38))).toBeLessThan(0);
  expect(evaluateTree(tree, Float32Array.of(Number.NaN))).toBeGreaterThan(0);
  expect(JSON.parse(JSON.stringify(tree))).toEqual(tree);
});

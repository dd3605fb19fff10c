import { expect, test } from 'vitest';
import { createRandom } from '../../../lib/kit/random.ts';
import { areaUnderRoc } from '../../../lib/stats/classification.ts';
import { BOOSTING_DEFAULTS, type BoostingOptions, boostTrees } from './boosting.ts';
import { syntheticDataset } from './fixtures.ts';
import { meanLogLoss } from './loss.ts';
import { predictBatch } from './model.ts';

const random = createRandom('boosting');
const train = syntheticDataset(random, 12_000, { intercept: -3 });
const validation = syntheticDataset(random, 4000, { intercept: -3 });
const boost = (options: Partial<BoostingOptions>, seed = 1) =>
  boostTrees(train, validation, createRandom(seed), { trees: 30, ...options });

test('one tree on one feature by hand', () => {
  const tiny = {
    featureNames: ['x'],
    columns: [Float32Array.of(1, 2, 3, 4)],
    labels: Uint8Array.of(0, 0, 1, 1),
  };
  const options = {
    trees: 1,
    minRows: 1,
    minChildWeight: 0.1,
    rowShare: 1,
    featureShare: 1,
    learningRate: 0.5,
  };
  const { model } = boostTrees(tiny, tiny, createRandom(1), { ...options, maxDepth: 1 });
  // p = 1/2 everywhere: G = 1 and H = 1/2 on the left, so the leaf is -0.5 * 1 / (0.5 + 1).
  expect(model.baseScore).toBe(0);
  expect(model.trees[0]!.value).toEqual([0, Math.fround(-1 / 3), Math.fround(1 / 3)]);
});

test('training loss falls with every tree when nothing is sampled', () => {
  const { model } = boost({ rowShare: 1, featureShare: 1, patience: 0 });
  let last = Number.POSITIVE_INFINITY;
  for (let trees = 0; trees <= model.trees.length; trees++) {
    const cut = { ...model, trees: model.trees.slice(0, trees) };
    const scores = predictBatch(cut, train.columns).map((p) => Math.log(p / (1 - p)));
    const loss = meanLogLoss(scores, train.labels);
    expect(loss).toBeLessThan(last);
    last = loss;
  }
});

test('learns curves and interactions that no single feature shows', () => {
  const { model } = boost({ trees: 100 });
  expect(areaUnderRoc(predictBatch(model, validation.columns), validation.labels)).toBeGreaterThan(0.8);
});

test('the same seed gives the same model, another seed another one', () => {
  expect(boost({}, 5)).toEqual(boost({}, 5));
  expect(boost({}, 5).model.trees).not.toEqual(boost({}, 6).model.trees);
});

test('a weight of two is the same as the row twice', () => {
  const options = { rowShare: 1, featureShare: 1, minRows: 1, trees: 5 };
  const twice = {
    featureNames: train.featureNames,
    columns: train.columns.map((column) => Float32Array.from([...column, ...column])),
    labels: Uint8Array.from([...train.labels, ...train.labels]),
  };
  const weighted = { ...train, weights: new Float32Array(train.labels.length).fill(2) };
  const a = predictBatch(boostTrees(twice, validation, random, options).model, validation.columns);
  const b = predictBatch(boostTrees(weighted, validation, random, options).model, validation.columns);
  a.forEach((p, i) => {
    expect(p).toBeCloseTo(b[i]!, 6);
  });
});

test('stops early and keeps the trees up to the best validation loss', () => {
  const { model, validationLoss } = boost({ trees: 400, learningRate: 0.5, patience: 8 });
  const best = validationLoss.indexOf(Math.min(...validationLoss)) + 1;
  expect(validationLoss.length).toBeLessThan(400);
  expect(validationLoss.length).toBe(best + 8);
  expect(model.trees).toHaveLength(best);
});

test('without patience every tree is grown and kept', () => {
  expect(boost({ trees: 60, learningRate: 1, patience: 0 }).model.trees).toHaveLength(60);
});

test.each<[keyof BoostingOptions, number]>([
  ['trees', 0],
  ['maxDepth', 17],
  ['maxBins', 1],
  ['learningRate', 0],
  ['l2', -1],
  ['minChildWeight', 0],
  ['minRows', 0],
  ['minGain', -1],
  ['rowShare', 1.1],
  ['featureShare', 0],
  ['patience', -1],
])('refuses %s = %s by name', (field, value) => {
  expect(() => boost({ [field]: value })).toThrow(expect.objectContaining({ code: 'TRN_OPTION', field }));
});

test('the defaults are allowed', () => {
  expect(boostTrees(train, validation, random).model.trees.length).toBeLessThanOrEqual(
    BOOSTING_DEFAULTS.trees,
  );
});

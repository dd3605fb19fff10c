import { binColumns } from './binning.ts';
import { type Dataset, positiveRate } from './dataset.ts';
import { errors } from './errors.ts';
import { type GrownLeaf, type GrowthRules, TreeGrower } from './grower.ts';
import { fillDerivatives, meanLogLoss } from './loss.ts';
import type { BoostedTrees } from './model.ts';
import { chooseFeatures, chooseRows, type RandomSource } from './sampling.ts';
import { addTree, type Tree } from './tree.ts';

export type BoostingOptions = GrowthRules & {
  readonly trees: number;
  /** Bins per feature, 2 to 255. */
  readonly maxBins: number;
  /** Share of rows each tree is grown on (stochastic gradient boosting, Friedman 2002). */
  readonly rowShare: number;
  /** Share of features each tree may use. */
  readonly featureShare: number;
  /** Stop after this many trees without a better validation loss; 0 never stops. */
  readonly patience: number;
};

/** Larger learning rates overfit at one or two per cent of positives. */
export const BOOSTING_DEFAULTS: BoostingOptions = {
  trees: 150,
  maxDepth: 5,
  maxBins: 64,
  learningRate: 0.08,
  l2: 1,
  minChildWeight: 1,
  minRows: 20,
  minGain: 0,
  rowShare: 0.8,
  featureShare: 0.8,
  patience: 20,
};

export type BoostingResult = {
  readonly model: BoostedTrees;
  /** Validation log loss after 1, 2, ... trees, beyond the best one where training went on. */
  readonly validationLoss: readonly number[];
};

/**
 * Histogram gradient boosting for the binary log loss: second-order trees (Chen & Guestrin 2016) on
 * quantile bins (Ke et al. 2017), shrunk (Friedman 2001), on row and feature samples (Friedman 2002).
 * The model is cut after the tree with the best validation loss.
 *
 * @throws AppError TRN_OPTION or TRN_ONE_CLASS.
 */
export function boostTrees(
  train: Dataset,
  validation: Dataset,
  random: RandomSource,
  overrides: Partial<BoostingOptions> = {},
): BoostingResult {
  const options = checkOptions({ ...BOOSTING_DEFAULTS, ...overrides });
  const n = train.labels.length;
  const d = train.columns.length;
  const rate = positiveRate(train);
  const baseScore = Math.fround(Math.log(rate / (1 - rate)));

  const grower = new TreeGrower(binColumns(train.columns, options.maxBins), options);
  const scores = new Float64Array(n).fill(baseScore);
  const gradients = new Float32Array(n);
  const hessians = new Float32Array(n);
  const rows = new Int32Array(n);
  const sampledRows = Math.max(1, Math.round(n * options.rowShare));
  const sampledFeatures = Math.max(1, Math.round(d * options.featureShare));

  const held = validation.labels.length;
  const heldScores = new Float64Array(held).fill(baseScore);
  const heldRows = Int32Array.from({ length: held }, (_, i) => i);

  const trees: Tree[] = [];
  const validationLoss: number[] = [];
  let bestTrees = 0;
  let bestLoss = meanLogLoss(heldScores, validation.labels, validation.weights);

  while (trees.length < options.trees) {
    chooseRows(rows, sampledRows, random);
    fillDerivatives(scores, train.labels, train.weights, rows, sampledRows, gradients, hessians);
    const features = chooseFeatures(d, sampledFeatures, random);
    const { tree, leaves } = grower.grow({ rows, count: sampledRows, gradients, hessians, features });
    for (const leaf of leaves) addToRows(scores, rows, leaf);
    addTree(tree, train.columns, rows, sampledRows, n, scores);
    addTree(tree, validation.columns, heldRows, 0, held, heldScores);
    trees.push(tree);

    const loss = meanLogLoss(heldScores, validation.labels, validation.weights);
    validationLoss.push(loss);
    if (loss < bestLoss) {
      bestLoss = loss;
      bestTrees = trees.length;
    } else if (options.patience > 0 && trees.length - bestTrees >= options.patience) {
      break;
    }
  }

  const kept = options.patience > 0 ? trees.slice(0, Math.max(1, bestTrees)) : trees;
  const model: BoostedTrees = {
    kind: 'boosted_trees',
    featureNames: train.featureNames,
    baseScore,
    trees: kept,
  };
  return { model, validationLoss };
}

/** Sampled rows need no walk down the tree: growing it has already brought them to their leaf. */
function addToRows(scores: Float64Array, rows: Int32Array, { start, end, value }: GrownLeaf): void {
  for (let i = start; i < end; i++) scores[rows[i]!]! += value;
}

function checkOptions(options: BoostingOptions): BoostingOptions {
  const require = (field: keyof BoostingOptions, holds: boolean, expected: string): void => {
    if (!holds) throw errors.OPTION(field, options[field], expected);
  };
  const whole = (value: number, least: number): boolean => Number.isInteger(value) && value >= least;
  require('trees', whole(options.trees, 1), 'a whole number from 1');
  require('maxDepth', whole(options.maxDepth, 1) && options.maxDepth <= 16, 'a whole number from 1 to 16');
  require('minRows', whole(options.minRows, 1), 'a whole number from 1');
  require('patience', whole(options.patience, 0), 'a whole number from 0');
  require('learningRate', options.learningRate > 0 && options.learningRate <= 1, 'a number in (0, 1]');
  require('l2', options.l2 >= 0, 'a number from 0');
  require('minChildWeight', options.minChildWeight > 0, 'a positive number');
  require('minGain', options.minGain >= 0, 'a number from 0');
  require('rowShare', options.rowShare > 0 && options.rowShare <= 1, 'a number in (0, 1]');
  require('featureShare', options.featureShare > 0 && options.featureShare <= 1, 'a number in (0, 1]');
  return options;
}

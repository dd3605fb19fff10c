import { expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../../lib/kit/onnx/runtime.ts';
import { createRandom } from '../../../lib/kit/random.ts';
import { boostTrees } from './boosting.ts';
import { readRow } from './dataset.ts';
import { syntheticDataset } from './fixtures.ts';
import { fitLogistic } from './logistic.ts';
import { type BoostedTrees, type Model, predict, predictBatch } from './model.ts';
import { exportOnnx, readOnnxMetadata } from './onnx.ts';
import { LEAF } from './tree.ts';

const random = createRandom('onnx');
const train = syntheticDataset(random, 20_000, { intercept: -4 });
const validation = syntheticDataset(random, 5000, { intercept: -4 });
const trees = boostTrees(train, validation, random).model;
const logistic = fitLogistic(train).model;

async function run(model: Model, columns: readonly Float32Array[]) {
  const [n, d] = [columns[0]!.length, columns.length];
  const input = new Float32Array(n * d);
  for (let i = 0; i < n; i++) readRow(columns, i, input.subarray(i * d, (i + 1) * d));
  const session = await InferenceSession.create(exportOnnx(model));
  const outputs = await session.run({ features: new Tensor('float32', input, [n, d]) });
  await session.release();
  return { label: outputs.label!, probabilities: outputs.probabilities! };
}

async function expectSameScores(model: Model, columns: readonly Float32Array[]) {
  const { label, probabilities } = await run(model, columns);
  const n = columns[0]!.length;
  expect([label.type, label.dims]).toEqual(['int64', [n]]);
  expect([probabilities.type, probabilities.dims]).toEqual(['float32', [n, 2]]);
  const ours = predictBatch(model, columns);
  const theirs = probabilities.data as Float32Array;
  let worst = 0;
  for (let i = 0; i < n; i++) {
    worst = Math.max(worst, Math.abs(ours[i]! - theirs[2 * i + 1]!), Math.abs(1 - ours[i]! - theirs[2 * i]!));
    if (Math.abs(ours[i]! - 0.5) > 1e-4) expect(label.data[i]).toBe(ours[i]! > 0.5 ? 1n : 0n);
  }
  expect(worst).toBeLessThan(1e-5);
}

/** 10,000 rows: a fifth missing, a fifth on a threshold, a fifth one float32 above one, the rest random. */
function hardRows(model: BoostedTrees): Float32Array[] {
  const thresholds = model.featureNames.map((_, f) =>
    model.trees.flatMap((tree) => tree.threshold.filter((_, node) => tree.feature[node] === f)),
  );
  const bits = new Int32Array(1);
  const above = (x: number): number => {
    const value = new Float32Array(bits.buffer);
    value[0] = x;
    bits[0]! += x < 0 ? -1 : 1;
    return value[0]!;
  };
  return thresholds.map((values) =>
    Float32Array.from({ length: 10_000 }, () => {
      const draw = random.next();
      if (draw < 0.2) return Number.NaN;
      if (draw < 0.4 && values.length > 0) return random.pick(values);
      if (draw < 0.6 && values.length > 0) return above(random.pick(values));
      return random.normal(0, 3);
    }),
  );
}

test('onnxruntime scores boosted trees like the trainer: missing values, values on thresholds', async () => {
  await expectSameScores(trees, hardRows(trees));
});

test('onnxruntime scores logistic regression like the trainer', async () => {
  await expectSameScores(logistic, hardRows(trees));
});

test('a row alone scores as in a batch', () => {
  for (const model of [trees, logistic]) {
    const batch = predictBatch(model, validation.columns);
    for (let i = 0; i < 200; i++) expect(predict(model, readRow(validation.columns, i))).toBe(batch[i]);
  }
});

test('the label follows the probabilities even without a negative leaf', async () => {
  const positive: BoostedTrees = {
    kind: 'boosted_trees',
    featureNames: ['x'],
    baseScore: -0.25,
    trees: [
      {
        feature: [0, LEAF, LEAF],
        threshold: [1, 0, 0],
        missingLeft: [1, 0, 0],
        left: [1, 0, 0],
        right: [2, 0, 0],
        value: [0, 0.5, 3],
        gain: [1, 0, 0],
      },
    ],
  };
  await expectSameScores(positive, [Float32Array.of(0, 1, 2, Number.NaN)]);
});

test('names its features in order and is the same bytes every time', () => {
  const bytes = exportOnnx(trees, { metadata: { run_id: 'r-1' } });
  expect(Buffer.compare(bytes, exportOnnx(trees, { metadata: { run_id: 'r-1' } }))).toBe(0);
  const metadata = readOnnxMetadata(bytes);
  expect(JSON.parse(metadata.feature_names!)).toEqual(train.featureNames);
  expect(metadata).toMatchObject({ model_kind: 'boosted_trees', run_id: 'r-1' });
});

test('a model that went through JSON scores the same', () => {
  for (const model of [trees, logistic]) {
    const back: Model = JSON.parse(JSON.stringify(model));
    expect(Buffer.compare(exportOnnx(back), exportOnnx(model))).toBe(0);
  }
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../../lib/kit/random.ts';
import { areaUnderRoc } from '../../lib/stats/classification.ts';
import { boostTrees } from '../../services/pipeline/trainer/boosting.ts';
import { type Dataset, readRow } from '../../services/pipeline/trainer/dataset.ts';
import { syntheticDataset } from '../../services/pipeline/trainer/fixtures.ts';
import { predictBatch } from '../../services/pipeline/trainer/model.ts';

/** Names an interpreter with scikit-learn, for instance one of a virtual environment. */
const python = process.env.FIREDRILL_PYTHON ?? 'python3';
const script = new URL('./sklearn_auc.py', import.meta.url).pathname;

const installed = spawnSync(python, ['-c', 'import sklearn'], { stdio: 'ignore' }).status === 0;
if (!installed) console.warn(`skipped: ${python} has no scikit-learn; set FIREDRILL_PYTHON to one that has`);

/** Rows of float32, one after the other. */
function rowMajor({ columns, labels }: Dataset): Float32Array {
  const d = columns.length;
  const values = new Float32Array(labels.length * d);
  for (let i = 0; i < labels.length; i++) readRow(columns, i, values.subarray(i * d, (i + 1) * d));
  return values;
}

test.skipIf(!installed)('AUC on held-out rows is on the level of scikit-learn', { timeout: 180_000 }, () => {
  const random = createRandom('conformance');
  const train = syntheticDataset(random, 80_000);
  const held = syntheticDataset(random, 40_000);
  const directory = mkdtempSync(join(tmpdir(), 'trainer-'));
  try {
    writeFileSync(join(directory, 'x_train.f32'), rowMajor(train));
    writeFileSync(join(directory, 'x_test.f32'), rowMajor(held));
    writeFileSync(join(directory, 'y_train.u8'), train.labels);
    const job = {
      directory,
      features: train.columns.length,
      train: train.labels.length,
      test: held.labels.length,
      options: {
        max_iter: 150,
        learning_rate: 0.08,
        max_depth: 5,
        max_leaf_nodes: null,
        max_bins: 64,
        min_samples_leaf: 20,
        l2_regularization: 1,
      },
    };
    const run = spawnSync(python, [script], { input: `${JSON.stringify(job)}\n`, encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    const theirs: { version: string; seconds: number } = JSON.parse(run.stdout);
    const file = readFileSync(join(directory, 'scores.f64'));
    const scores = new Float64Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));

    const options = { trees: 150, learningRate: 0.08, maxDepth: 5, maxBins: 64, minRows: 20, l2: 1 };
    const sameAsTheirs = { minChildWeight: 1e-3, rowShare: 1, featureShare: 1, patience: 0 };
    const started = performance.now();
    const { model } = boostTrees(train, held, createRandom(1), { ...options, ...sameAsTheirs });
    const seconds = (performance.now() - started) / 1000;

    const aucOurs = areaUnderRoc(predictBatch(model, held.columns), held.labels)!;
    const aucTheirs = areaUnderRoc(scores, held.labels)!;
    console.info(JSON.stringify({ aucOurs, aucTheirs, seconds, scikitLearn: theirs }));
    expect(aucTheirs).toBeGreaterThan(0.7);
    expect(Math.abs(aucOurs - aucTheirs)).toBeLessThan(0.005);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

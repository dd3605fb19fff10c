import { createHash } from 'node:crypto';
import type { ModelVersion } from '../../../lib/contract/registry.ts';
import type { FeatureView } from '../../../lib/features/view.ts';
import { OPENING_DAY_MS } from '../../../lib/kit/clock.ts';
import { predict } from '../../../services/pipeline/trainer/model.ts';
import { exportOnnx } from '../../../services/pipeline/trainer/onnx.ts';
import { trainModel } from '../../../services/pipeline/trainer/train.ts';

const OPENING = new Date(OPENING_DAY_MS).toISOString();

/** A version of `trees` trees, depth 6, as the pipeline would register it, and its bytes. */
export function makeModel(
  view: FeatureView,
  { columns, labels }: { columns: Float32Array[]; labels: Uint8Array },
  trees: number,
  seed = 'model',
): { version: ModelVersion; bytes: Uint8Array } {
  const featureNames = view.features.map(({ name }) => name);
  const held = Math.floor(labels.length / 5);
  const part = (from: number, to: number) => ({
    featureNames,
    columns: columns.map((column) => column.slice(from, to)),
    labels: labels.slice(from, to),
  });
  const trained = trainModel({
    train: part(0, labels.length - held),
    validation: part(labels.length - held, labels.length),
    seed,
    // Every tree is wanted, however little it still learns, and as deep as it may be.
    boosting: { trees, maxDepth: 6, patience: 0, minRows: 5 },
  });
  const { model } = trained;
  const bytes = exportOnnx(model);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const { baselines } = trained;
  const quality = { rows: held, positives: 0, auc: 0.5, log_loss: 0.7, precision: 0, recall: 0 };
  const golden = [0, 1, 2].map((i) => {
    const features = Float32Array.from(columns, (column) => column[i]!);
    return { features: [...features], score: predict(model, features) };
  });
  const version: ModelVersion = {
    name: 'fraud',
    version: '1',
    created_at: OPENING,
    created_by: 'test',
    aliases: ['champion'],
    tags: {},
    manifest: {
      digest,
      algorithm: model.kind,
      run_id: 'test',
      code_version: 'test',
      dataset: { fingerprint: digest, rows: labels.length, from: OPENING, to: OPENING },
      feature_view: { name: view.name, version: view.version },
      inputs: view.features.map(({ name, type }) => ({ name, type })),
      baselines: { ...baselines },
      metrics: { overall: quality },
      thresholds: { review: 0.5, decline: 0.9 },
      golden,
      parameters: {},
    },
  };
  return { version, bytes };
}

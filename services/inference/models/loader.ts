import type { ModelVersion } from '../../../lib/contract/registry.ts';
import { createEvaluator } from '../../../lib/features/evaluate.ts';
import type { ViewSource } from '../features/views.ts';
import type { ArtifactCache } from './artifacts.ts';
import type { Model } from './model.ts';
import { CAPACITY, OnnxModel } from './onnx.ts';
import type { RegistryClient } from './registry.ts';
import { checkGolden, checkInputs, checkSpeed } from './verify.ts';

export interface LoaderOptions {
  registry: Pick<RegistryClient, 'artifact'>;
  artifacts: ArtifactCache;
  views: ViewSource;
  /** Overrides the view of the manifest. */
  pinnedView: { name: string; version: number } | undefined;
  golden(): boolean;
  /** Wall ms one row may take; 0: any. */
  maxRowMs(): number;
}

/**
 * From a registered version to one that may take traffic: fetch by digest, compare the inputs with the view, replay
 * the golden requests, time a row, warm up. Nothing serves before all of it has passed.
 * @throws AppError MODEL_* with the reason
 */
export async function loadModel(registered: ModelVersion, options: LoaderOptions): Promise<Model> {
  const { manifest, name, version } = registered;
  const view = await options.views.get(options.pinnedView ?? manifest.feature_view);
  checkInputs(manifest, view);
  const bytes = await options.artifacts.get(manifest.digest, (digest) => options.registry.artifact(digest));
  const onnx = await OnnxModel.create(bytes, manifest.inputs.length, manifest.digest);
  try {
    if (options.golden()) await checkGolden(manifest, onnx);
    await checkSpeed(onnx, options.maxRowMs());
    await warmUp(onnx);
  } catch (error) {
    onnx.retire();
    throw error;
  }
  const identity = { name, version, digest: manifest.digest };
  return { registered, identity, view, evaluator: createEvaluator(view), onnx };
}

/** Customers of the version before wait while this one is warmed up. */
const WARM_MS = 1_000;

/** The first run of each batch size allocates; customers should not wait for that. */
async function warmUp(onnx: OnnxModel): Promise<void> {
  const endsAt = performance.now() + WARM_MS;
  const workspace = onnx.acquire();
  try {
    for (let rows = 1; rows <= CAPACITY && performance.now() < endsAt; rows++)
      await onnx.run(workspace, rows);
  } finally {
    onnx.release(workspace);
  }
}

import type { ModelManifest } from '../../../lib/contract/registry.ts';
import { type FeatureView, viewId } from '../../../lib/features/view.ts';
import { errors } from './errors.ts';
import type { OnnxModel } from './onnx.ts';

/** How far a golden request may be off: float32 sums in another order, nothing more. */
const TOLERANCE = 1e-5;

/**
 * Column i of the tensor must be feature i of the view: a model fed with the right numbers in the wrong order
 * answers without complaint.
 * @throws AppError MODEL_INPUTS_DIFFER naming the first position that differs
 */
export function checkInputs({ inputs }: ModelManifest, view: FeatureView): void {
  for (let i = 0; i < Math.max(inputs.length, view.features.length); i++) {
    const wants = nameType(inputs[i]);
    const has = nameType(view.features[i]);
    if (wants !== has) throw errors.INPUTS_DIFFER(viewId(view), i, wants, has);
  }
}

/**
 * Replays the golden requests of the manifest.
 * @throws AppError MODEL_GOLDEN_DIFFERS naming the first request that differs
 */
export async function checkGolden({ golden }: ModelManifest, onnx: OnnxModel): Promise<void> {
  const features = Float32Array.from(golden.flatMap((request) => request.features));
  if (features.length !== golden.length * onnx.width) {
    const odd = golden.findIndex((request) => request.features.length !== onnx.width);
    throw errors.GOLDEN_DIFFERS(odd, golden[odd]!.score, Number.NaN);
  }
  const probabilities = await onnx.predict(features);
  for (const [i, { score }] of golden.entries()) {
    const got = probabilities[i * 2 + 1]!;
    if (!(Math.abs(got - score) <= TOLERANCE)) throw errors.GOLDEN_DIFFERS(i, score, got);
  }
}

/** Anything may be slow once. */
const TRIALS = 3;

/**
 * Times a row by itself, as most requests are.
 * @param mostMs wall ms it may take; 0: as long as it likes
 * @throws AppError MODEL_TOO_SLOW when the fastest of a few trials takes longer
 */
export async function checkSpeed(onnx: OnnxModel, mostMs: number): Promise<void> {
  if (mostMs === 0) return;
  const row = new Float32Array(onnx.width);
  let fastest = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < TRIALS && fastest > mostMs; trial++) {
    const startedAt = performance.now();
    await onnx.predict(row);
    fastest = Math.min(fastest, performance.now() - startedAt);
  }
  if (fastest > mostMs) throw errors.TOO_SLOW(fastest, mostMs);
}

const nameType = (column: { name: string; type: string } | undefined): string =>
  column ? `${column.name} (${column.type})` : 'absent';

import { ELEMENT, IR_VERSION, ModelProto, OPSETS, rowsOf } from '../../../lib/kit/onnx/format.ts';
import type { Model } from './model.ts';
import { operatorsOf } from './operators.ts';

/**
 * ONNX export.
 *
 *   features float32 [N, d] ──▶ operators of the model ──▶ label int64 [N], probabilities float32 [N, 2]
 */
export type OnnxOptions = {
  /** Version of the code that trained the model. */
  readonly producerVersion?: string;
  /** Further metadata; `feature_names` and `model_kind` are always written. */
  readonly metadata?: Readonly<Record<string, string>>;
};

/**
 * The model as the bytes of an ONNX ModelProto. The same model and options give the same bytes, so that
 * a content address names the model.
 */
export function exportOnnx(model: Model, options: OnnxOptions = {}): Uint8Array {
  const metadata = {
    ...options.metadata,
    feature_names: JSON.stringify(model.featureNames),
    model_kind: model.kind,
  };
  const message = ModelProto.fromObject({
    ir_version: IR_VERSION,
    producer_name: 'firedrill-trainer',
    producer_version: options.producerVersion ?? '',
    opset_import: OPSETS,
    graph: {
      name: model.kind,
      node: operatorsOf(model),
      input: [rowsOf('features', ELEMENT.float32, model.featureNames.length)],
      output: [rowsOf('label', ELEMENT.int64), rowsOf('probabilities', ELEMENT.float32, 2)],
    },
    metadata_props: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return ModelProto.encode(message).finish();
}

/** The metadata a model file carries, by key. */
export function readOnnxMetadata(bytes: Uint8Array): Record<string, string> {
  const message = ModelProto.toObject(ModelProto.decode(bytes), { arrays: true });
  const entries: { key: string; value: string }[] = message.metadata_props;
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import type { Model } from './model.ts';
import { operatorsOf } from './operators.ts';

/**
 * ONNX export.
 *
 *   features float32 [N, d] ──▶ operators of the model ──▶ label int64 [N], probabilities float32 [N, 2]
 *
 * Encoded with protobufjs and the few messages of `onnx.proto`: the library is well kept and in the tree
 * already (OpenTelemetry's gRPC exporter brings it along). The package onnx-proto, which ships the whole
 * schema as generated code, still needs protobufjs 6.
 */
export type OnnxOptions = {
  /** Version of the code that trained the model. */
  readonly producerVersion?: string;
  /** Further metadata; `feature_names` and `model_kind` are always written. */
  readonly metadata?: Readonly<Record<string, string>>;
};

/** IR 8 with these operator sets is read by every onnxruntime since 1.12. */
const IR_VERSION = 8;
const OPSETS = [
  { domain: '', version: 15 },
  { domain: 'ai.onnx.ml', version: 3 },
];

/** Numbers of TensorProto.DataType. */
const ELEMENT = { float32: 1, int64: 7 } as const;

const schema = protobuf.parse(readFileSync(new URL('./onnx.proto', import.meta.url), 'utf8'), {
  keepCase: true,
}).root;
const ModelProto = schema.lookupType('onnx.ModelProto');

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
      input: [tensor('features', ELEMENT.float32, model.featureNames.length)],
      output: [tensor('label', ELEMENT.int64), tensor('probabilities', ELEMENT.float32, 2)],
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

/** A tensor of N rows. */
function tensor(name: string, elementType: number, columns?: number): object {
  const dim: object[] = [{ dim_param: 'N' }];
  if (columns !== undefined) dim.push({ dim_value: columns });
  return { name, type: { tensor_type: { elem_type: elementType, shape: { dim } } } };
}

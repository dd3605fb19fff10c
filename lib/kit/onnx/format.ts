import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';

/**
 * Model files as messages. Encoded with protobufjs and the few messages of `onnx.proto`: the library is well kept and
 * in the tree already (OpenTelemetry's gRPC exporter brings it along). The package onnx-proto, which ships the whole
 * schema as generated code, still needs protobufjs 6.
 */
const schema = protobuf.parse(readFileSync(new URL('./onnx.proto', import.meta.url), 'utf8'), {
  keepCase: true,
}).root;
export const ModelProto = schema.lookupType('onnx.ModelProto');

/** IR 8 with these operator sets is read by every onnxruntime since 1.12. */
export const IR_VERSION = 8;
export const OPSETS = [
  { domain: '', version: 15 },
  { domain: 'ai.onnx.ml', version: 3 },
];

/** Numbers of TensorProto.DataType. */
export const ELEMENT = { float32: 1, int64: 7, bool: 9 } as const;

/** What a graph takes or gives: a tensor of N rows. */
export function rowsOf(name: string, elementType: number, columns?: number): object {
  const dim: object[] = [{ dim_param: 'N' }];
  if (columns !== undefined) dim.push({ dim_value: columns });
  return { name, type: { tensor_type: { elem_type: elementType, shape: { dim } } } };
}

import { errors } from '../errors.ts';

/*
 * Which column a tree looks at is in the artifact: ModelProto.graph (7) .node (1) .attribute (5), the attribute named
 * `nodes_featureids`, its .ints (8). Numbers of fields are ONNX's (onnx/onnx.proto); the encoding is protobuf's wire
 * format. Edited in place, byte for byte, so that everything else of the file stays what it was.
 */
const PATH = [7, 1, 5] as const;
const ATTRIBUTE_NAME = 1;
const ATTRIBUTE_INTS = 8;
const COLUMNS = 'nodes_featureids';

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

interface Field {
  number: number;
  wire: number;
  /** Where its value begins and ends in the file. */
  from: number;
  to: number;
}

/**
 * A copy of an ONNX tree ensemble in which every tree that looked at column i looks at column `columns[i]`: a valid
 * model of the same shape that was fed in another order.
 * @throws AppError FAULT_NOT_TREES when the file holds no trees, or more than 127 columns
 */
export function withColumns(model: Uint8Array, columns: readonly number[]): Uint8Array {
  const edited = Uint8Array.from(model);
  let seen = 0;
  for (const at of featureIds(edited)) {
    const to = columns[edited[at]!];
    // From 128 on a number takes two bytes, and the file would change its length.
    if (to === undefined || to > 127) throw errors.NOT_TREES();
    edited[at] = to;
    seen++;
  }
  if (seen === 0) throw errors.NOT_TREES();
  return edited;
}

/** Where the column of each node is written, one byte each. */
function* featureIds(bytes: Uint8Array): Generator<number> {
  for (const attribute of messagesAt(bytes, { from: 0, to: bytes.length }, PATH)) {
    const fields = [...fieldsOf(bytes, attribute)];
    const name = fields.find(({ number }) => number === ATTRIBUTE_NAME);
    if (!name || Buffer.from(bytes.subarray(name.from, name.to)).toString() !== COLUMNS) continue;
    for (const { number, from, to } of fields) {
      if (number !== ATTRIBUTE_INTS) continue;
      // One number each as proto2 writes them, or packed into one field.
      for (let at = from; at < to; at++) {
        if (bytes[at]! > 127) throw errors.NOT_TREES();
        yield at;
      }
    }
  }
}

function* messagesAt(
  bytes: Uint8Array,
  within: { from: number; to: number },
  path: readonly number[],
): Generator<{ from: number; to: number }> {
  const [first, ...rest] = path;
  if (first === undefined) {
    yield within;
    return;
  }
  for (const field of fieldsOf(bytes, within)) {
    if (field.number === first && field.wire === DELIMITED) yield* messagesAt(bytes, field, rest);
  }
}

function* fieldsOf(bytes: Uint8Array, { from, to }: { from: number; to: number }): Generator<Field> {
  let at = from;
  while (at < to) {
    const tag = varint(bytes, at);
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    const start = tag.next;
    const field = valueAt(bytes, start, wire);
    if (field.to > to) throw errors.NOT_TREES();
    yield { number, wire, ...field };
    at = field.to;
  }
}

function valueAt(bytes: Uint8Array, start: number, wire: number): { from: number; to: number } {
  if (wire === VARINT) return { from: start, to: varint(bytes, start).next };
  if (wire === FIXED32) return { from: start, to: start + 4 };
  if (wire === FIXED64) return { from: start, to: start + 8 };
  if (wire !== DELIMITED) throw errors.NOT_TREES();
  const { value, next } = varint(bytes, start);
  return { from: next, to: next + value };
}

function varint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) throw errors.NOT_TREES();
    value += (byte % 128) * 128 ** i;
    if (byte < 128) return { value, next: at + i + 1 };
  }
  throw errors.NOT_TREES();
}

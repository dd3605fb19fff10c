import { ELEMENT, IR_VERSION, ModelProto, OPSETS, rowsOf } from '../../../lib/kit/onnx/format.ts';
import { type Leaf, type Split, treesOf } from './trees.ts';

/** One leaf with the questions on its way: column of the question, and whether the answer was left. */
interface Path {
  weight: number;
  steps: { split: number; left: boolean }[];
}

/**
 * Trees as dense tensors, as tools do it for accelerators (the GEMM strategy of Hummingbird, Nakandala et al. 2020):
 * all questions of all trees are asked at once, and one matrix of questions by leaves says which leaf has all the
 * answers of its path. The scores are the same. The matrix has a cell for each pair, nearly all of them 0: it is
 * stored sparse and becomes dense when the file is loaded.
 *
 *   features ─▶ asked: at most its threshold? ─▶ × questions/leaves ─▶ = lefts of the path? ─▶ × weights ─▶ sigmoid
 *
 * @param width columns of the input
 */
export function asTensors(artifact: Uint8Array, width: number): Uint8Array {
  const { roots, base } = treesOf(artifact);
  const splits: Split[] = [];
  const leaves: Path[] = [];
  const walk = (node: Split | Leaf, steps: Path['steps']): void => {
    if (!('left' in node)) {
      leaves.push({ weight: node.weight, steps });
      return;
    }
    const split = splits.push(node) - 1;
    walk(node.left, [...steps, { split, left: true }]);
    walk(node.right, [...steps, { split, left: false }]);
  };
  for (const root of roots) walk(root, []);

  // Only a leaf of whose path every left was taken, and no right, comes to the number of its lefts.
  const cells = leaves.flatMap(({ steps }, leaf) =>
    steps.map(({ split, left }) => ({ at: split * leaves.length + leaf, value: left ? 1 : -1 })),
  );
  cells.sort((a, b) => a.at - b.at);
  const lefts = leaves.map(({ steps }) => steps.filter(({ left }) => left).length);

  const message = ModelProto.fromObject({
    ir_version: IR_VERSION,
    producer_name: 'tensor-compiler',
    opset_import: OPSETS,
    graph: {
      name: 'trees_as_tensors',
      node: OPERATORS,
      input: [rowsOf('features', ELEMENT.float32, width)],
      output: [rowsOf('label', ELEMENT.int64), rowsOf('probabilities', ELEMENT.float32, 2)],
      initializer: [
        whole(
          'columns',
          splits.map(({ feature }) => feature),
        ),
        float(
          'thresholds',
          splits.map(({ threshold }) => threshold),
        ),
        flags(
          'missing_left',
          splits.map(({ missingLeft }) => missingLeft),
        ),
        float('lefts', lefts),
        float(
          'weights',
          leaves.map(({ weight }) => weight),
          [leaves.length, 1],
        ),
        float('base', [base]),
        float('one', [1]),
      ],
      sparse_initializer: [
        {
          values: float(
            'paths',
            cells.map(({ value }) => value),
          ),
          indices: whole(
            'paths_indices',
            cells.map(({ at }) => at),
          ),
          dims: [splits.length, leaves.length],
        },
      ],
    },
  });
  return ModelProto.encode(message).finish();
}

const operator = (op_type: string, input: string[], output: string, attribute: object[] = []) => ({
  op_type,
  name: output,
  input,
  output: [output],
  attribute,
});
const INT = 2;
const int = (name: string, i: number) => ({ name, type: INT, i });

const OPERATORS = [
  operator('Gather', ['features', 'columns'], 'asked', [int('axis', 1)]),
  operator('LessOrEqual', ['asked', 'thresholds'], 'at_most'),
  operator('IsNaN', ['asked'], 'missing'),
  operator('And', ['missing', 'missing_left'], 'missing_and_left'),
  operator('Or', ['at_most', 'missing_and_left'], 'left'),
  operator('Cast', ['left'], 'answers', [int('to', ELEMENT.float32)]),
  operator('MatMul', ['answers', 'paths'], 'met'),
  operator('Equal', ['met', 'lefts'], 'reached'),
  operator('Cast', ['reached'], 'chosen', [int('to', ELEMENT.float32)]),
  operator('MatMul', ['chosen', 'weights'], 'sum'),
  operator('Add', ['sum', 'base'], 'log_odds'),
  operator('Sigmoid', ['log_odds'], 'fraud'),
  operator('Sub', ['one', 'fraud'], 'honest'),
  operator('Concat', ['honest', 'fraud'], 'probabilities', [int('axis', 1)]),
  operator('ArgMax', ['probabilities'], 'label', [int('axis', 1), int('keepdims', 0)]),
];

const tensor = (name: string, data_type: number, data: ArrayBufferView, dims: number[]) => ({
  name,
  data_type,
  dims,
  raw_data: Buffer.from(data.buffer),
});
const float = (name: string, values: readonly number[], dims = [values.length]) =>
  tensor(name, ELEMENT.float32, Float32Array.from(values), dims);
const whole = (name: string, values: readonly number[]) =>
  tensor(name, ELEMENT.int64, BigInt64Array.from(values, BigInt), [values.length]);
const flags = (name: string, values: readonly boolean[]) =>
  tensor(name, ELEMENT.bool, Uint8Array.from(values, Number), [values.length]);

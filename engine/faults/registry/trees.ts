import { ModelProto } from '../../../lib/kit/onnx/format.ts';
import { errors } from '../errors.ts';

const OPERATOR = 'TreeEnsembleClassifier';

/** A list of an operator: what each node is, or each leaf gives. */
interface Attribute {
  name: string;
  ints: number[];
  floats: number[];
  strings: Uint8Array[];
}

interface File {
  graph: {
    node: { op_type: string; attribute: Attribute[] }[];
    input: object[];
    output: object[];
    initializer: object[];
    sparse_initializer: object[];
  };
}

/** A node that asks: left when the feature is at most the threshold. */
export interface Split {
  feature: number;
  threshold: number;
  /** Where a missing value goes. */
  missingLeft: boolean;
  left: Split | Leaf;
  right: Split | Leaf;
}
export interface Leaf {
  weight: number;
}
export interface Trees {
  roots: (Split | Leaf)[];
  /** Log-odds before any tree. */
  base: number;
}

/** An ONNX file as messages, and the lists of its tree ensemble by name. @throws AppError FAULT_NOT_TREES */
export function openTrees(artifact: Uint8Array): { file: File; lists: Map<string, Attribute> } {
  const options = { longs: Number, arrays: true } as const;
  const file = ModelProto.toObject(ModelProto.decode(artifact), options) as File;
  const ensemble = file.graph?.node.find(({ op_type }) => op_type === OPERATOR);
  if (!ensemble) throw errors.NOT_TREES();
  return { file, lists: new Map(ensemble.attribute.map((list) => [list.name, list])) };
}

/**
 * An ensemble that asks every question several times, a little lower and a little higher, and takes the mean of the
 * answers: nobody's score jumps because an amount lies a cent beyond a threshold.
 * @param copies of each tree
 * @param spread between two of them, as a share of the threshold
 */
export function smoothed(artifact: Uint8Array, copies: number, spread: number): Uint8Array {
  const { file, lists } = openTrees(artifact);
  const count = Math.max(...lists.get('nodes_treeids')!.ints) + 1;
  const steps = Array.from({ length: copies }, (_, k) => k);
  const change = new Map<string, (value: number, k: number) => number>([
    ['nodes_treeids', (id, k) => id + k * count],
    ['class_treeids', (id, k) => id + k * count],
    ['nodes_values', (at, k) => at + (k - (copies - 1) / 2) * spread * Math.abs(at)],
    ['class_weights', (weight) => weight / copies],
  ]);
  for (const list of lists.values()) {
    // What is said once for all trees.
    if (!/^(nodes|class)_/.test(list.name)) continue;
    const changed = change.get(list.name) ?? ((value: number) => value);
    const { ints, floats, strings } = list;
    list.ints = steps.flatMap((k) => ints.map((value) => changed(value, k)));
    list.floats = steps.flatMap((k) => floats.map((value) => changed(value, k)));
    list.strings = steps.flatMap(() => strings);
  }
  return ModelProto.encode(ModelProto.fromObject(file)).finish();
}

/** The trees as they are walked. @throws AppError FAULT_NOT_TREES */
export function treesOf(artifact: Uint8Array): Trees {
  const { lists } = openTrees(artifact);
  const ints = (name: string) => lists.get(name)?.ints ?? [];
  const floats = (name: string) => lists.get(name)?.floats ?? [];
  const modes = lists.get('nodes_modes')!.strings.map((mode) => Buffer.from(mode).toString());
  if (!modes.every((mode) => mode === 'LEAF' || mode === 'BRANCH_LEQ')) throw errors.NOT_TREES();

  const key = (tree: number, node: number) => `${tree}/${node}`;
  const [trees, nodes] = [ints('nodes_treeids'), ints('nodes_nodeids')];
  const places = new Map(trees.map((tree, i) => [key(tree, nodes[i]!), i]));
  const weights = new Map(
    ints('class_treeids').map((tree, i) => [
      key(tree, ints('class_nodeids')[i]!),
      floats('class_weights')[i]!,
    ]),
  );
  const [features, values] = [ints('nodes_featureids'), floats('nodes_values')];
  const [yes, no] = [ints('nodes_truenodeids'), ints('nodes_falsenodeids')];
  const missing = ints('nodes_missing_value_tracks_true');
  const walk = (tree: number, node: number): Split | Leaf => {
    const i = places.get(key(tree, node))!;
    if (modes[i] === 'LEAF') return { weight: weights.get(key(tree, node)) ?? 0 };
    return {
      feature: features[i]!,
      threshold: values[i]!,
      missingLeft: missing[i] === 1,
      left: walk(tree, yes[i]!),
      right: walk(tree, no[i]!),
    };
  };
  const roots = [...new Set(trees)].map((tree) => walk(tree, 0));
  return { roots, base: floats('base_values')[0] ?? 0 };
}

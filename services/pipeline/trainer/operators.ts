import type { BoostedTrees, LogisticRegression, Model } from './model.ts';
import { LEAF, type Tree } from './tree.ts';

/** Numbers of AttributeProto.AttributeType. */
const ATTRIBUTE = { float: 1, string: 3, floats: 6, ints: 7, strings: 8 } as const;

type Attribute = { readonly name: string; readonly type: number };

/** The graph of a model as NodeProto objects, from `features` to `label` and `probabilities`. */
export function operatorsOf(model: Model): object[] {
  return model.kind === 'logistic' ? logisticOperators(model) : [treeEnsemble(model)];
}

/**
 * TreeEnsembleClassifier (ai.onnx.ml 3) with one score, the log-odds of label 1, which LOGISTIC turns into
 * two probabilities.
 */
function treeEnsemble(model: BoostedTrees): object {
  const { trees, baseScore } = withNegativeLeaf(model);
  const nodes = trees.flatMap((tree, id) =>
    tree.feature.map((feature, node) => ({ tree, id, feature, node })),
  );
  const inner = (value: (tree: Tree, node: number) => number): number[] =>
    nodes.map(({ tree, feature, node }) => (feature === LEAF ? 0 : value(tree, node)));
  const leaves = nodes.filter(({ feature }) => feature === LEAF);

  return mlOperator(
    'TreeEnsembleClassifier',
    ['features'],
    ['label', 'probabilities'],
    [
      ints(
        'nodes_treeids',
        nodes.map(({ id }) => id),
      ),
      ints(
        'nodes_nodeids',
        nodes.map(({ node }) => node),
      ),
      ints(
        'nodes_featureids',
        inner((tree, node) => tree.feature[node]!),
      ),
      strings(
        'nodes_modes',
        nodes.map(({ feature }) => (feature === LEAF ? 'LEAF' : 'BRANCH_LEQ')),
      ),
      floats(
        'nodes_values',
        inner((tree, node) => tree.threshold[node]!),
      ),
      ints(
        'nodes_truenodeids',
        inner((tree, node) => tree.left[node]!),
      ),
      ints(
        'nodes_falsenodeids',
        inner((tree, node) => tree.right[node]!),
      ),
      ints(
        'nodes_missing_value_tracks_true',
        inner((tree, node) => tree.missingLeft[node]!),
      ),
      ints(
        'class_treeids',
        leaves.map(({ id }) => id),
      ),
      ints(
        'class_nodeids',
        leaves.map(({ node }) => node),
      ),
      ints(
        'class_ids',
        leaves.map(() => 0),
      ),
      floats(
        'class_weights',
        leaves.map(({ tree, node }) => tree.value[node]!),
      ),
      floats('base_values', [baseScore]),
      ints('classlabels_int64s', [0, 1]),
      text('post_transform', 'LOGISTIC'),
    ],
  );
}

/**
 * When no leaf is negative, onnxruntime reads the log-odds as a probability and gives label 1 from 0.5 on
 * instead of from 0 (seen with 1.30; the probabilities are right). A tree of one leaf, -1, made up for in
 * the base score, keeps the label what the probabilities say.
 */
function withNegativeLeaf(model: BoostedTrees): Pick<BoostedTrees, 'trees' | 'baseScore'> {
  if (model.trees.some((tree) => tree.value.some((value) => value < 0))) return model;
  const leaf: Tree = {
    feature: [LEAF],
    threshold: [0],
    missingLeft: [0],
    left: [0],
    right: [0],
    value: [-1],
    gain: [0],
  };
  return { trees: [...model.trees, leaf], baseScore: model.baseScore + 1 };
}

/** Missing values become means, inputs are standardised, then weighed: the steps of `linearScore`. */
function logisticOperators(model: LogisticRegression): object[] {
  const opposite = (values: readonly number[]): number[] => values.map((value) => -value);
  return [
    mlOperator(
      'Imputer',
      ['features'],
      ['present'],
      [floats('imputed_value_floats', model.means), float('replaced_value_float', Number.NaN)],
    ),
    mlOperator(
      'Scaler',
      ['present'],
      ['standardised'],
      [floats('offset', model.means), floats('scale', model.scales)],
    ),
    // One row of coefficients per class; LOGISTIC of a score and of its opposite add up to 1.
    mlOperator(
      'LinearClassifier',
      ['standardised'],
      ['label', 'probabilities'],
      [
        floats('coefficients', [...opposite(model.coefficients), ...model.coefficients]),
        floats('intercepts', [-model.intercept, model.intercept]),
        ints('classlabels_ints', [0, 1]),
        text('post_transform', 'LOGISTIC'),
      ],
    ),
  ];
}

function mlOperator(op_type: string, input: string[], output: string[], attribute: Attribute[]): object {
  return { op_type, domain: 'ai.onnx.ml', name: op_type, input, output, attribute };
}

const float = (name: string, f: number) => ({ name, type: ATTRIBUTE.float, f });
const floats = (name: string, values: readonly number[]) => ({
  name,
  type: ATTRIBUTE.floats,
  floats: values,
});
const ints = (name: string, values: readonly number[]) => ({ name, type: ATTRIBUTE.ints, ints: values });
const text = (name: string, value: string) => ({ name, type: ATTRIBUTE.string, s: Buffer.from(value) });
const strings = (name: string, values: readonly string[]) => ({
  name,
  type: ATTRIBUTE.strings,
  strings: values.map((value) => Buffer.from(value)),
});

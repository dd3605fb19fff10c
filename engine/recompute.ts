import type { ModelVersion } from '../lib/contract/registry.ts';
import type { Transaction } from '../lib/contract/transaction.ts';
import { createEvaluator, type Evaluator } from '../lib/features/evaluate.ts';
import { rowKeys } from '../lib/features/keys.ts';
import type { FeatureView } from '../lib/features/view.ts';
import { call } from '../lib/kit/call.ts';
import { contractProblem } from '../lib/kit/eventlog/contract.ts';
import { partitionsOf } from '../lib/kit/eventlog/log.ts';
import { InferenceSession, Tensor } from '../lib/kit/onnx/runtime.ts';
import type { DrillContext } from './contract/parts.ts';
import { viewNamed } from './features.ts';
import { getJson } from './prometheus.ts';

const MODEL = 'fraud';
/** Names of the tensors of our models, as the trainer exports them. */
const INPUT = 'features';
const OUTPUT = 'probabilities';

type Reach = Pick<DrillContext, 'url' | 'online' | 'log' | 'baseline'>;

/** A model as the engine runs it by itself: bytes from the registry, features by the library's own definition. */
interface Reference {
  view: FeatureView;
  evaluator: Evaluator;
  /** Column i of the input is feature columns[i] of the view. */
  columns: number[];
  names: string[];
  session: InferenceSession;
}

/** One transaction of the event log with what the bank answered and what it should have. */
export interface Recomputed {
  id: string;
  channel: string;
  region: string;
  served: number;
  expected: number;
  /** What the customer got, and whether the bank said itself that it was made without the features it should have had. */
  decision: string;
  degraded: boolean;
  /** In the order of `names`; null when its prediction event is not there (yet). */
  features: { names: string[]; served: (number | null)[]; expected: number[] } | null;
}

/** Relative difference that float32 and the order of a sum do not explain. */
const TOLERANCE = 1e-3;

/** Whether a feature as a model got it is the one that its definition gives. */
export const sameFeature = (served: number | null | undefined, expected: number): boolean => {
  if (served === null || served === undefined) return Number.isNaN(expected);
  return Math.abs(served - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
};

/** The version that was approved when the incident began; it may not be the one that is served. */
export interface Approved {
  version: string;
  digest: string;
}

const references = new Map<string, Promise<Reference>>();

/** Undefined when no invariant of the incident has looked at it. */
export const approvedBefore = (baseline: Reach['baseline']): Approved | undefined =>
  (baseline.champion ?? baseline.approved) as Approved | undefined;

/** What the champion was when the incident began, or is now, when nobody has looked before. */
export async function approvedModel({ url, baseline }: Pick<Reach, 'url' | 'baseline'>): Promise<Approved> {
  const known = approvedBefore(baseline);
  if (known) return known;
  const { version, manifest } = await getJson<ModelVersion>(
    `${url('registry')}/v1/models/${MODEL}/aliases/champion`,
  );
  return { version, digest: manifest.digest };
}

/**
 * Scores the newest transactions of the event log again, with the approved model on features evaluated from the
 * online rows as of each transaction's time. Rows keep their events, so that an earlier moment can be had from a later
 * row; an event that was applied late makes a small difference for a few.
 * @param seconds wall seconds to look back
 * @param most newest transactions to take
 */
export async function recomputeRecent(
  context: Reach,
  { seconds, most }: { seconds: number; most: number },
): Promise<Recomputed[]> {
  const approved = await approvedModel(context);
  const reference = await referenceOf(context, approved.version);
  const { view, evaluator, columns, names, session } = reference;
  const answered = (await transactionsSince(context, seconds)).slice(-most);
  if (answered.length === 0) return [];
  const predictions = await featuresSince(context, seconds + 2);
  const keys = answered.map(({ transaction }) => rowKeys(view, transaction));
  const rows = await context.online.mget(keys.flat());
  const width = names.length;
  const input = new Float32Array(answered.length * width);
  const values = new Float32Array(evaluator.width);
  let at = 0;
  for (const [i, { transaction }] of answered.entries()) {
    const own = rows.slice(at, at + keys[i]!.length);
    at += keys[i]!.length;
    evaluator.evaluate(transaction, Date.parse(transaction.timestamp), own, values, 0);
    for (const [column, feature] of columns.entries()) input[i * width + column] = values[feature]!;
  }
  const tensor = new Tensor('float32', input, [answered.length, width]);
  const scores = (await session.run({ [INPUT]: tensor }, [OUTPUT]))[OUTPUT]!.data as Float32Array;
  return answered.map(({ transaction, decision, score, region }, i) => {
    const served = predictions.get(transaction.id);
    const expected = [...input.subarray(i * width, (i + 1) * width)];
    return {
      id: transaction.id,
      channel: transaction.channel,
      region,
      served: score,
      expected: scores[i * 2 + 1]!,
      decision,
      degraded: served?.degraded ?? false,
      features: served ? { names, served: served.values, expected } : null,
    };
  });
}

function referenceOf(context: Reach, version: string): Promise<Reference> {
  const known = references.get(version);
  if (known) return known;
  const loading = loadReference(context, version);
  references.set(version, loading);
  // What could not be had may be had the next time.
  loading.catch(() => references.delete(version));
  return loading;
}

async function loadReference(context: Reach, version: string): Promise<Reference> {
  const registry = context.url('registry');
  const { manifest } = await getJson<ModelVersion>(`${registry}/v1/models/${MODEL}/versions/${version}`);
  const response = await call(`${registry}/v1/artifacts/${manifest.digest}`, {
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`the artifact of version ${version} cannot be had`);
  const view = await viewNamed(context, `${manifest.feature_view.name}@${manifest.feature_view.version}`);
  const names = manifest.inputs.map(({ name }) => name);
  const columns = names.map((name) => view.features.findIndex((feature) => feature.name === name));
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await InferenceSession.create(new Uint8Array(await response.arrayBuffer()), options);
  return { view, evaluator: createEvaluator(view), columns, names, session };
}

async function transactionsSince({ log }: Pick<Reach, 'log'>, seconds: number) {
  const found: { at: number; transaction: Transaction; decision: string; score: number; region: string }[] =
    [];
  for (const partition of partitionsOf('transactions')) {
    for await (const { event } of log.read('transactions', partition, { after: wallPosition(seconds) })) {
      if (contractProblem('transactions', event) !== undefined) continue;
      const { transaction, decision, score, region } = event.payload;
      found.push({
        at: Date.parse(event.recorded_at),
        transaction: transaction as Transaction,
        decision,
        score,
        region,
      });
    }
  }
  return found.sort((a, b) => a.at - b.at);
}

/** What the models got as input, and what they said about it, by transaction. */
async function featuresSince({ log }: Pick<Reach, 'log'>, seconds: number) {
  const found = new Map<string, { values: (number | null)[]; degraded: boolean }>();
  for (const partition of partitionsOf('predictions')) {
    for await (const { event } of log.read('predictions', partition, { after: wallPosition(seconds) })) {
      if (contractProblem('predictions', event) !== undefined) continue;
      const { transaction_id: id, features, degraded } = event.payload;
      found.set(id, { values: features.values, degraded });
    }
  }
  return found;
}

const wallPosition = (seconds: number): string => `${Date.now() - Math.round(seconds * 1000)}-0`;

import type { ModelManifest, ModelVersion } from '../../../lib/contract/registry.ts';
import type { JobContext, JobResult } from '../job.ts';
import { featureImportance, predictBatch } from '../trainer/model.ts';
import { exportOnnx } from '../trainer/onnx.ts';
import { type TrainResult, trainModel } from '../trainer/train.ts';
import { detailedBaselines } from './baselines.ts';
import { measureChampion } from './champion.ts';
import { codeVersion } from './code.ts';
import { errors } from './errors.ts';
import { checkGates } from './gates.ts';
import { goldenRequests } from './golden.ts';
import type { TrainParameters } from './parameters.ts';
import { connectPeer } from './peer.ts';
import { scoreOnnx } from './scorer.ts';
import { measureSegments } from './segments.ts';
import { fetchTrainingSet, trainingRange } from './source.ts';
import { splitByTime, thin } from './split.ts';
import { readTable } from './table.ts';

/** How far a served score may lie from the trainer's: what float32 costs, and no more. */
const TOLERANCE = 1e-5;
/** Enough for a logistic regression to compare with; all rows would take it half as long as the trees. */
const BASELINE_ROWS = 30_000;

/**
 * One training run:
 *
 *   feature service ─▶ Parquet ─▶ columns ─▶ train │ validation │ test ─▶ model ─▶ ONNX ─▶ registry ─▶ alias
 *                                                  by time, never at random      └ same scores? gates?
 *
 * @throws AppError TRAIN_*, TRN_*
 */
export async function train(parameters: TrainParameters, context: JobContext): Promise<JobResult> {
  const { progress, environment, clock, runId } = context;
  const token = environment.ADMIN_TOKEN!;
  const alias = environment.MODEL_ALIAS!;
  const features = connectPeer(environment.FEATURES_URL!, token, runId);
  const registry = connectPeer(environment.REGISTRY_URL!, token, runId);
  const codeVersionNow = codeVersion();

  const cutMs = clock.now();
  const range = trainingRange(parameters, cutMs);
  const [from, to] = [range.fromMs, range.toMs].map((ms) => new Date(ms).toISOString()) as [string, string];
  progress(`asking for features of ${parameters.view}@${parameters.view_version} from ${from} to ${to}`);
  const { view, set } = await fetchTrainingSet(features, parameters, range);
  const table = await readTable(
    set.path,
    view.features.map(({ name }) => name),
    cutMs,
  );
  progress(`${table.rows} of ${set.rows} rows have a label known by ${new Date(cutMs).toISOString()}`);

  const split = splitByTime(table);
  const { train: learnt, validation } = split;
  const targets = { declinePrecision: parameters.decline_precision, reviewRate: parameters.review_rate };
  const kind = parameters.algorithm as TrainResult['model']['kind'];
  const trained = trainModel({ train: learnt, validation, seed: parameters.seed, kind, ...targets });
  const baseline =
    kind === 'logistic'
      ? trained
      : trainModel({
          train: thin(learnt, BASELINE_ROWS),
          validation,
          seed: parameters.seed,
          kind: 'logistic',
        });
  const { model, thresholds } = trained;
  progress(`validation AUC ${trained.metrics.auc.toFixed(4)}, logistic ${baseline.metrics.auc.toFixed(4)}`);

  const artifact = exportOnnx(model, { producerVersion: codeVersionNow });
  const scores = predictBatch(model, split.test.columns);
  const worst = largestDifference(scores, await scoreOnnx(artifact, split.test.columns));
  if (!(worst <= TOLERANCE)) throw errors.EXPORT_DIFFERS(worst, TOLERANCE);
  const metrics = measureSegments(table, split.test, scores, thresholds.review);
  progress(
    `test AUC ${metrics.overall?.auc.toFixed(4)}; onnxruntime agrees within ${worst.toExponential(1)}; ` +
      `${artifact.length} bytes`,
  );

  const { digest } = (await registry.json<{ digest: string }>('/v1/artifacts', {
    method: 'PUT',
    body: artifact,
  }))!;
  const champion = await measureChampion(registry, parameters.model, alias, split.test);
  const manifest: ModelManifest = {
    digest,
    algorithm: model.kind,
    run_id: runId,
    code_version: codeVersionNow,
    dataset: { fingerprint: set.fingerprint, rows: table.rows, from, to },
    feature_view: { name: view.name, version: view.version },
    inputs: view.features.map(({ name, type }) => ({ name, type })),
    baselines: detailedBaselines(table, split, trained),
    metrics,
    thresholds,
    golden: goldenRequests(split.test, scores),
    parameters: {
      ...parameters,
      trees: model.kind === 'boosted_trees' ? model.trees.length : 0,
      rows: {
        train: split.train.labels.length,
        validation: split.validation.labels.length,
        test: scores.length,
      },
      validation: trained.metrics,
      logistic_baseline: baseline.metrics,
      feature_importance: featureImportance(model),
    },
    policy: {
      on_missing_features: parameters.on_missing_features,
      max_feature_age_seconds: parameters.max_feature_age_seconds,
      ...(parameters.max_prediction_age_seconds !== undefined && {
        max_prediction_age_seconds: parameters.max_prediction_age_seconds,
      }),
    },
  };
  const auc = metrics.overall?.auc ?? 0;
  const { version } = (await registry.json<ModelVersion>(`/v1/models/${parameters.model}/versions`, {
    method: 'POST',
    body: { manifest, tags: { auc: auc.toFixed(4) }, reason: `training run ${runId}` },
  }))!;
  progress(`registered ${parameters.model} version ${version}, ${digest}`);

  const gates = checkGates({
    auc,
    champion,
    minAuc: parameters.min_auc,
    maxAucLoss: parameters.max_auc_loss,
  });
  for (const { name, passed, reason } of gates)
    progress(`gate ${name} ${passed ? 'passed' : 'FAILED'}: ${reason}`);
  const failed = gates.filter(({ passed }) => !passed).map(({ reason }) => reason);
  if (parameters.promote) {
    if (failed.length > 0 && !parameters.override) throw errors.NOT_PROMOTED(version, failed.join('; '));
    await registry.json(`/v1/models/${parameters.model}/aliases/${alias}`, {
      method: 'PUT',
      body: { version, reason: `training run ${runId}${failed.length > 0 ? ', gates overridden' : ''}` },
    });
    progress(`${alias} is now version ${version}`);
  }
  return {
    model: parameters.model,
    version,
    digest,
    promoted: parameters.promote,
    trained_to: new Date(table.times.at(-1)!).toISOString(),
    auc,
    gates,
  };
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

import { inspect } from 'node:util';
import type { Context } from '@opentelemetry/api';
import type { Policy } from '../../../lib/contract/registry.ts';
import type { ScoreResponse, Transaction } from '../../../lib/contract/transaction.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import { AppError, messageOf } from '../../../lib/kit/errors.ts';
import type { Outbox } from '../../../lib/kit/eventlog/outbox.ts';
import { recordSpan } from '../../../lib/kit/tracing.ts';
import { errors } from '../errors.ts';
import type { FeatureLookup, Lookup } from '../features/lookup.ts';
import type { Model } from '../models/model.ts';
import type { Workspace } from '../models/onnx.ts';
import type { Serving } from '../models/serving.ts';
import type { QualityBreaker } from '../quality/breaker.ts';
import { decideByRules } from '../quality/rules.ts';
import { answerFor } from './answer.ts';
import { Batcher, type BatchSettings } from './batcher.ts';
import { fillInputs, type Input } from './inputs.ts';
import type { Stages } from './metrics.ts';
import { predictionEvent } from './prediction.ts';
import type { PredictionCache, Scored } from './prediction-cache.ts';

export interface ScorerOptions {
  /** This process, as the source of its events. */
  source: string;
  region: string;
  serving: Pick<Serving, 'current' | 'problem'>;
  lookup: Pick<FeatureLookup, 'read'>;
  /** What to do without fresh features, for a model whose card says `card`. */
  policy(card: Policy | undefined): Policy;
  outbox: Outbox<'predictions'>;
  stages: Stages;
  clock: Clock;
  batching(): BatchSettings;
  quality: Pick<QualityBreaker, 'refuses' | 'trusts'>;
  predictions: Pick<PredictionCache, 'on' | 'find' | 'keep'>;
  /** The segment an operator sends to review, when the transaction belongs to one. */
  segment(transaction: Transaction): string | undefined;
}

interface Job {
  transaction: Transaction;
  atMs: number;
  arrivedAt: number;
  /** Where its spans belong; undefined when nobody traces. */
  context: Context | undefined;
  resolve(answer: ScoreResponse | Promise<ScoreResponse>): void;
  reject(error: unknown): void;
}

/**
 * Transaction to decision.
 *
 *   gather a turn's requests ─▶ their rows ─▶ features of each ─▶ one run of the model ─▶ answers, events
 *   └─ a score that may be given again ──────────────────────────────────────────────────────┘
 *
 * Without fresh features the policy of the model decides: defaults, a review, or no answer. A version whose scores cannot
 * be right does not decide: rules do. Each says so.
 */
export class Scorer {
  readonly #options: ScorerOptions;
  readonly #batcher: Batcher<Job>;
  /** For audits: the last decision with everything it was made from. */
  #explained = '';

  get explained(): string {
    return this.#explained;
  }

  constructor(options: ScorerOptions) {
    this.#options = options;
    this.#batcher = new Batcher(options.batching, (jobs, departure) => {
      options.stages.departure(departure);
      return this.#run(jobs);
    });
  }

  /** @throws AppError INF_TIMESTAMP, INF_NOT_READY, INF_FEATURES_*, INF_SCORING_FAILED or INF_SCORE_NOT_FINITE */
  score(transaction: Transaction, context?: Context): Promise<ScoreResponse> {
    return new Promise((resolve, reject) => {
      const atMs = Date.parse(transaction.timestamp);
      // RFC 3339 knows leap seconds, epochs do not.
      if (Number.isNaN(atMs)) throw errors.TIMESTAMP(transaction.timestamp);
      const again = this.#again(transaction);
      if (again) {
        resolve(again);
        return;
      }
      const arrivedAt = performance.now();
      this.#batcher.add({ transaction, atMs, arrivedAt, context, resolve, reject });
    });
  }

  /** The answer by an earlier score, where the request may have that. */
  #again(transaction: Transaction): ScoreResponse | Promise<ScoreResponse> | undefined {
    const { serving, predictions, quality, policy, clock } = this.#options;
    const model = serving.current;
    if (!model || !predictions.on || !quality.trusts(model)) return undefined;
    const nowMs = clock.now();
    const kept = predictions.find(model, transaction, policy(model.registered.manifest.policy), nowMs);
    if (!kept) return undefined;
    const { ageSeconds } = kept.input;
    const older = ageSeconds === null ? null : ageSeconds + (nowMs - kept.atMs) / 1_000;
    const scored = { ...kept, input: { ...kept.input, ageSeconds: older } };
    return this.#decide(transaction, model, scored, { now: clock.iso(), again: true });
  }

  async #run(jobs: Job[]): Promise<void> {
    const { serving, lookup, policy, clock, stages } = this.#options;
    const model = serving.current;
    if (!model) {
      const error = errors.NOT_READY(serving.problem ?? 'none is loaded');
      for (const job of jobs) job.reject(error);
      return;
    }
    const workspace = model.onnx.acquire();
    try {
      const startedAt = performance.now();
      const found = await lookup.read(
        model.view,
        jobs.map(({ transaction }) => transaction),
      );
      const inForce = policy(model.registered.manifest.policy);
      const inputs = fillInputs(model, jobs, found, inForce, clock.now(), workspace.input);
      const featuresAt = performance.now();
      const refuseAll = inputs.every(({ fallback }) => fallback?.action === 'refuse');
      const probabilities = refuseAll ? NOBODY_ASKED : await model.onnx.run(workspace, jobs.length);
      const scoredAt = performance.now();
      this.#answer(jobs, model, inputs, found, inForce, probabilities, workspace);
      stages.batch(jobs, { startedAt, featuresAt, scoredAt });
      for (const { context } of jobs) {
        if (!context) continue;
        const epoch = performance.timeOrigin;
        recordSpan('feature lookup', context, [epoch + startedAt, epoch + featuresAt]);
        recordSpan('model', context, [epoch + featuresAt, epoch + scoredAt], { rows: jobs.length });
      }
    } catch (error) {
      const known =
        error instanceof AppError ? error : errors.SCORING_FAILED(model.identity.version, messageOf(error));
      for (const job of jobs) job.reject(known);
    } finally {
      model.onnx.release(workspace);
    }
  }

  #answer(
    jobs: Job[],
    model: Model,
    inputs: Input[],
    found: Lookup,
    policy: Policy,
    probabilities: Float32Array,
    workspace: Workspace,
  ): void {
    const { region, clock, stages, quality, predictions } = this.#options;
    const { name, version } = model.identity;
    const { width } = model.evaluator;
    const atMs = clock.now();
    const now = clock.iso();
    for (const [i, { transaction, resolve, reject }] of jobs.entries()) {
      const input = inputs[i]!;
      if (input.fallback) stages.fallback(name, input.fallback);
      if (input.fallback?.action === 'refuse') {
        const { reason } = input.fallback;
        reject(
          reason === 'outdated'
            ? errors.FEATURES_OUTDATED(name, policy.max_feature_age_seconds)
            : errors.FEATURES_MISSING(name, reason),
        );
        continue;
      }
      const score = probabilities[i * 2 + 1]!;
      if (quality.refuses(model, score)) {
        const decided = decideByRules(transaction, region, model.view);
        stages.rules(name, decided.decision);
        resolve(decided);
        continue;
      }
      if (!Number.isFinite(score)) {
        reject(errors.SCORE_NOT_FINITE(version));
        continue;
      }
      const values = workspace.input.subarray(i * width, (i + 1) * width);
      const scored = { score, input, values, atMs, knowsUntilMs: found.requests[i]!.knowsUntilMs };
      // The workspace is filled again by the next batch.
      if (predictions.on && !input.fallback) {
        predictions.keep(model, transaction, { ...scored, values: values.slice() });
      }
      resolve(this.#decide(transaction, model, scored, { now, again: false }));
    }
  }

  /** The answer that follows from a score, once it is on record. @param again the score was made for an earlier request */
  #decide(
    transaction: Transaction,
    model: Model,
    { score, input, values }: Scored,
    { now, again }: { now: string; again: boolean },
  ): ScoreResponse | Promise<ScoreResponse> {
    const { outbox, region, source, stages, segment } = this.#options;
    const restricted = segment(transaction);
    const answer = answerFor(transaction, score, model, input, region, restricted !== undefined);
    if (again) answer.cached = true;
    const why = model.registered.manifest.inputs.map((of, i) => ({ of, value: values[i], model, answer }));
    this.#explained = why.map((one) => inspect(one, { depth: null, maxArrayLength: null })).join('\n');
    stages.prediction(answer);
    if (restricted !== undefined) stages.restricted(model.identity.name, restricted);
    const event = predictionEvent(transaction, answer, values, { source, now });
    // A prediction that neither log nor spool takes is counted and logged there; the customer still gets an answer.
    const wait = outbox.put(transaction.card_id, event)?.catch(() => {});
    return wait ? wait.then(() => answer) : answer;
  }
}

/** The model is not run for requests that are all refused. */
const NOBODY_ASKED = new Float32Array(0);

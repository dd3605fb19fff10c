import type { Context } from '@opentelemetry/api';
import type { ScoreResponse, Transaction } from '../../../lib/contract/transaction.ts';
import type { Evaluation } from '../../../lib/features/evaluate.ts';
import type { Clock } from '../../../lib/kit/clock.ts';
import { AppError, messageOf } from '../../../lib/kit/errors.ts';
import type { Outbox } from '../../../lib/kit/eventlog/outbox.ts';
import { recordSpan } from '../../../lib/kit/tracing.ts';
import { errors } from '../errors.ts';
import type { FeatureLookup, Lookup } from '../features/lookup.ts';
import { decide, type Model } from '../models/model.ts';
import type { Workspace } from '../models/onnx.ts';
import type { Serving } from '../models/serving.ts';
import { Batcher } from './batcher.ts';
import type { Stages } from './metrics.ts';
import { predictionEvent } from './prediction.ts';

export interface ScorerOptions {
  /** This process, as the source of its events. */
  source: string;
  region: string;
  serving: Pick<Serving, 'current' | 'problem'>;
  lookup: Pick<FeatureLookup, 'read'>;
  outbox: Outbox<'predictions'>;
  stages: Stages;
  clock: Clock;
  batchRows(): number;
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
 *   gather a turn's requests ─▶ one MGET ─▶ features of each ─▶ one run of the model ─▶ answers, events
 *
 * Without the online store the features are the view's defaults and the answer says `degraded`.
 */
export class Scorer {
  readonly #options: ScorerOptions;
  readonly #batcher: Batcher<Job>;

  constructor(options: ScorerOptions) {
    this.#options = options;
    this.#batcher = new Batcher(options.batchRows, (jobs) => void this.#run(jobs));
  }

  /** @throws AppError INF_TIMESTAMP, INF_NOT_READY, INF_SCORING_FAILED or INF_SCORE_NOT_FINITE */
  score(transaction: Transaction, context?: Context): Promise<ScoreResponse> {
    return new Promise((resolve, reject) => {
      const atMs = Date.parse(transaction.timestamp);
      // RFC 3339 knows leap seconds, epochs do not.
      if (Number.isNaN(atMs)) throw errors.TIMESTAMP(transaction.timestamp);
      const arrivedAt = performance.now();
      this.#batcher.add({ transaction, atMs, arrivedAt, context, resolve, reject });
    });
  }

  async #run(jobs: Job[]): Promise<void> {
    const { serving, lookup, stages } = this.#options;
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
      const evaluated = jobs.map((job, i) => this.#evaluate(model, job, i, found, workspace.input));
      const featuresAt = performance.now();
      const probabilities = await model.onnx.run(workspace, jobs.length);
      const scoredAt = performance.now();
      this.#answer(jobs, model, evaluated, found, probabilities, workspace);
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

  /** Features of job i into its row of the input; undefined when its rows cannot be read and defaults stand in. */
  #evaluate(model: Model, job: Job, i: number, found: Lookup, input: Float32Array): Evaluation | undefined {
    const { evaluator } = model;
    const offset = i * evaluator.width;
    const rows = found.rows.slice(i * found.width, (i + 1) * found.width);
    try {
      return evaluator.evaluate(job.transaction, job.atMs, rows, input, offset);
    } catch {
      this.#options.stages.unreadable();
      evaluator.evaluate(job.transaction, job.atMs, [], input, offset);
      return undefined;
    }
  }

  #answer(
    jobs: Job[],
    model: Model,
    evaluated: (Evaluation | undefined)[],
    found: Lookup,
    probabilities: Float32Array,
    workspace: Workspace,
  ): void {
    const { outbox, region, source, clock, stages } = this.#options;
    const { identity, view, registered } = model;
    const { width } = model.evaluator;
    const now = clock.iso();
    for (const [i, { transaction, resolve, reject }] of jobs.entries()) {
      const score = probabilities[i * 2 + 1]!;
      if (!Number.isFinite(score)) {
        reject(errors.SCORE_NOT_FINITE(identity.version));
        continue;
      }
      const evaluation = evaluated[i];
      const known = found.result === 'read' && evaluation?.known === true;
      const answer: ScoreResponse = {
        id: transaction.id,
        decision: decide(score, registered.manifest.thresholds),
        score,
        model: identity,
        features: {
          view: view.name,
          version: view.version,
          source: known ? 'online' : 'default',
          age_seconds: known ? evaluation.ageSeconds : null,
        },
        region,
        degraded: found.result !== 'read' || evaluation === undefined,
      };
      stages.prediction(answer);
      const values = workspace.input.subarray(i * width, (i + 1) * width);
      const event = predictionEvent(transaction, answer, values, { source, now });
      // A prediction that neither log nor spool takes is counted and logged there; the customer still gets an answer.
      const wait = outbox.put(transaction.card_id, event)?.catch(() => {});
      resolve(wait ? wait.then(() => answer) : answer);
    }
  }
}

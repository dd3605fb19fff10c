import type { Decision, ScoreResponse } from '../../../lib/contract/transaction.ts';
import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { Fallback } from '../features/policy.ts';
import type { Departure } from './batcher.ts';

export interface BatchTimes {
  startedAt: number;
  featuresAt: number;
  scoredAt: number;
}

/** What scoring reports about itself. */
export interface Stages {
  /** A batch goes. */
  departure(reason: Departure): void;
  /** Times on the monotonic clock, ms. What the requests of a batch shared counts for each of them. */
  batch(jobs: readonly { arrivedAt: number }[], times: BatchTimes): void;
  prediction(answer: ScoreResponse): void;
  /** A request without fresh features. */
  fallback(model: string, fallback: Fallback): void;
  /** A request that rules decided, because the scores of the model cannot be right. */
  rules(model: string, decision: Decision): void;
  /** A request of a segment that an operator sends to review, `country:US`. */
  restricted(model: string, segment: string): void;
}

export function createStages(metrics: Metrics): Stages {
  const durations = metrics.histogram('firedrill_inference_stage_duration_seconds');
  const rows = metrics.histogram('firedrill_inference_batch_rows');
  const batches = metrics.counter('firedrill_inference_batches_total');
  const predictions = metrics.counter('firedrill_inference_predictions_total');
  const scores = metrics.histogram('firedrill_inference_score');
  const lookups = metrics.counter('firedrill_feature_lookup_total');
  const restricted = metrics.counter('firedrill_inference_segment_reviews_total');
  const rules = metrics.counter('firedrill_inference_rules_decisions_total');
  const fallbacks = metrics.counter('firedrill_inference_fallbacks_total');
  return {
    departure: (reason) => batches.inc({ reason }),
    batch(jobs, { startedAt, featuresAt, scoredAt }) {
      rows.observe(jobs.length);
      for (const { arrivedAt } of jobs) {
        durations.observe({ stage: 'queue' }, (startedAt - arrivedAt) / 1000);
        durations.observe({ stage: 'feature' }, (featuresAt - startedAt) / 1000);
        durations.observe({ stage: 'model' }, (scoredAt - featuresAt) / 1000);
        durations.observe({ stage: 'total' }, (scoredAt - arrivedAt) / 1000);
      }
    },
    prediction({ model, decision, features, score }) {
      const { name, version } = model;
      predictions.inc({ model: name, version, decision, source: features.source });
      scores.observe({ model: name, version }, score);
    },
    fallback(model, { reason, action }) {
      fallbacks.inc({ model, reason, action });
      if (reason === 'unreadable') lookups.inc({ tier: 'online', result: 'unreadable' });
    },
    rules: (model, decision) => rules.inc({ model, decision }),
    restricted: (model, segment) => restricted.inc({ model, segment }),
  };
}

import type { PredictionEvent } from '../../../lib/contract/events.ts';
import type { ScoreResponse, Transaction } from '../../../lib/contract/transaction.ts';

/**
 * `prediction.made` for one answer. Its id follows from transaction and model: a retry makes the same event again,
 * and consumers count it once.
 * @param values the features as the model saw them, in the order of its inputs
 */
export function predictionEvent(
  transaction: Transaction,
  answer: ScoreResponse,
  values: ArrayLike<number>,
  { source, now }: { source: string; now: string },
): PredictionEvent {
  const { model, features, region, degraded, cached, score, decision } = answer;
  return {
    id: `${transaction.id}/${model.name}/${model.version}`,
    type: 'prediction.made',
    version: 1,
    source,
    occurred_at: now,
    recorded_at: now,
    payload: {
      transaction_id: transaction.id,
      card_id: transaction.card_id,
      score,
      decision,
      model,
      features: {
        view: features.view,
        version: features.version,
        source: features.source,
        values: Array.from(values),
      },
      region,
      channel: transaction.channel,
      degraded,
      ...(cached && { cached }),
    },
  };
}

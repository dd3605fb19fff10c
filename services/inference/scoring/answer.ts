import type { ScoreResponse, Transaction } from '../../../lib/contract/transaction.ts';
import { decide, type Model } from '../models/model.ts';
import type { Input } from './inputs.ts';

/**
 * The answer to one request that is not refused.
 * @param restricted whether an operator sends its segment to review
 */
export function answerFor(
  transaction: Transaction,
  score: number,
  { identity, view, registered }: Model,
  { source, ageSeconds, fallback }: Input,
  region: string,
  restricted: boolean,
): ScoreResponse {
  const answer: ScoreResponse = {
    id: transaction.id,
    decision: decide(score, registered.manifest.thresholds),
    score,
    model: identity,
    features: { view: view.name, version: view.version, source, age_seconds: ageSeconds },
    region,
    degraded: fallback !== undefined,
  };
  if (fallback?.action !== 'review') {
    return restricted ? { ...answer, decision: 'review', reason: 'segment_restricted' } : answer;
  }
  // The score is on record all the same: it is what the model makes of the defaults.
  const reason = fallback.reason === 'outdated' ? 'features_outdated' : 'features_missing';
  return { ...answer, decision: 'review', reason };
}

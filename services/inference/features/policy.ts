import type { OnMissingFeatures, Policy } from '../../../lib/contract/registry.ts';
import type { RequestRows } from './lookup.ts';
import type { StoreFailure } from './store.ts';

/** What an operator may say about it; `model` leaves it to the version's manifest. */
export interface PolicySettings {
  'features.on_missing': OnMissingFeatures | 'model';
  'features.max_age_seconds': number | 'model' | null;
}

/** Versions without a policy of their own: an answer from defaults that says so is better than none. */
const TOLERANT: Policy = { on_missing_features: 'default', max_feature_age_seconds: null };

/** The policy in force: the operator's word before the model's. */
export function policyInForce(settings: PolicySettings, card: Policy = TOLERANT): Policy {
  const onMissing = settings['features.on_missing'];
  const maxAge = settings['features.max_age_seconds'];
  return {
    on_missing_features: onMissing === 'model' ? card.on_missing_features : onMissing,
    // The schema lets no other text pass.
    max_feature_age_seconds: typeof maxAge === 'string' ? card.max_feature_age_seconds : maxAge,
  };
}

/** Why a request did not get fresh features: labels of `firedrill_inference_fallbacks_total`. */
export type FallbackReason = StoreFailure | 'unreadable' | 'outdated';

/** What was done about it; `cache`: a kept row past its time stood in; `cold`: a row of the cold store did. */
export interface Fallback {
  reason: FallbackReason;
  action: OnMissingFeatures | 'cache' | 'cold';
}

/**
 * What to do with a request; undefined when its features are fresh. Rows that nobody can date are outdated for a
 * model that sets a limit: an age that is unknown is not within it.
 * @param nowMs business time, epoch ms
 */
export function fallbackFor(
  { source, failure, knowsUntilMs }: RequestRows,
  policy: Policy,
  nowMs: number,
): Fallback | undefined {
  if (source === 'default') return { reason: failure ?? 'unavailable', action: policy.on_missing_features };
  const limit = policy.max_feature_age_seconds;
  if (limit !== null && !(knowsUntilMs !== undefined && nowMs - knowsUntilMs <= limit * 1_000)) {
    return { reason: 'outdated', action: policy.on_missing_features };
  }
  return failure && { reason: failure, action: source === 'cold' ? 'cold' : 'cache' };
}

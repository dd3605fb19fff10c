import type { Policy } from '../../../lib/contract/registry.ts';
import type { FEATURE_SOURCES, Transaction } from '../../../lib/contract/transaction.ts';
import type { Lookup } from '../features/lookup.ts';
import { type Fallback, fallbackFor } from '../features/policy.ts';
import type { Model } from '../models/model.ts';

/** What the model gets to see for one request, and how it came about. */
export interface Input {
  source: (typeof FEATURE_SOURCES)[number];
  /** Business seconds since the newest event in the card's row; null without one. */
  ageSeconds: number | null;
  /** Set when the features are not fresh. */
  fallback: Fallback | undefined;
}

/** A request and the business time it is scored for, epoch ms. */
export interface Asked {
  transaction: Transaction;
  atMs: number;
}

/**
 * Fills `tensor` with the features of each request, row by row: from its rows, or from the defaults of the view when
 * they cannot be had, cannot be read or are older than the policy allows.
 * @param nowMs business time, epoch ms
 */
export function fillInputs(
  model: Model,
  asked: readonly Asked[],
  found: Lookup,
  policy: Policy,
  nowMs: number,
  tensor: Float32Array,
): Input[] {
  const { evaluator } = model;
  const byDefault = ({ transaction, atMs }: Asked, offset: number, fallback: Fallback): Input => {
    evaluator.evaluate(transaction, atMs, [], tensor, offset);
    return { source: 'default', ageSeconds: null, fallback };
  };
  return asked.map((job, i) => {
    const offset = i * evaluator.width;
    const request = found.requests[i]!;
    const fallback = fallbackFor(request, policy, nowMs);
    const standsIn = fallback?.action === 'cache' || fallback?.action === 'cold';
    if (fallback && !standsIn) return byDefault(job, offset, fallback);
    const rows = found.rows.slice(i * found.width, (i + 1) * found.width);
    try {
      const { known, ageSeconds } = evaluator.evaluate(job.transaction, job.atMs, rows, tensor, offset);
      // A card never seen is a cold start: the store has answered, and its answer is "nothing".
      return { source: known ? request.source : 'default', ageSeconds: known ? ageSeconds : null, fallback };
    } catch {
      return byDefault(job, offset, { reason: 'unreadable', action: policy.on_missing_features });
    }
  });
}

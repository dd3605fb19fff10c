import { areaUnderRoc } from '../../../lib/stats/classification.ts';
import type { Entry } from './ledger.ts';

/** How the bank did on a set of transactions, measured against what they really were. */
export interface Summary {
  requests: number;
  /** Answered 200. */
  answered: number;
  /** Requests by status code, or `timeout`, `error`, `left`. */
  codes: Record<string, number>;
  channels: Record<string, number>;
  regions: Record<string, number>;
  decisions: Record<string, number>;
  /** Business time of the oldest and newest, RFC 3339; null without transactions. */
  from: string | null;
  to: string | null;
  frauds: number;
  /** Frauds among requests; null without requests. */
  fraud_rate: number | null;
  /** Of scores against truth, on answered requests; null with one class only. */
  auc: number | null;
  /** Of alerts (review or decline); null without frauds, without alerts. */
  recall: number | null;
  precision: number | null;
  /** Fraud the bank approved. Without an answer nobody sells anything, not even to a thief. */
  missed_fraud_eur: number;
  /** Honest purchases declined, and the customers behind them. */
  false_declines: number;
  customers_declined: number;
  /** Honest purchases not answered, and the customers behind them. */
  unanswered: number;
  customers_unanswered: number;
  /** Wall seconds until the customer knew, of answered requests; null without any. */
  latency_seconds: { p50: number | null; p95: number | null; p99: number | null };
}

export function summarise(entries: Iterable<Entry>): Summary {
  const scores: number[] = [];
  const truths: number[] = [];
  const latencies: number[] = [];
  const declined = new Set<string>();
  const unanswered = new Set<string>();
  let caught = 0;
  let alerts = 0;
  let answeredFrauds = 0;
  let first = Infinity;
  let last = -Infinity;
  const sum = {
    requests: 0,
    codes: {} as Record<string, number>,
    channels: {} as Record<string, number>,
    regions: {} as Record<string, number>,
    decisions: {} as Record<string, number>,
    frauds: 0,
    missed_fraud_eur: 0,
    false_declines: 0,
    unanswered: 0,
  };

  for (const entry of entries) {
    const { isFraud, decision, score } = entry;
    sum.requests++;
    count(sum.codes, entry.code);
    count(sum.channels, entry.channel);
    first = Math.min(first, entry.timeMs);
    last = Math.max(last, entry.timeMs);
    if (isFraud) sum.frauds++;
    if (decision === undefined) {
      if (!isFraud) {
        sum.unanswered++;
        unanswered.add(entry.cardId);
      }
      continue;
    }
    count(sum.decisions, decision);
    count(sum.regions, entry.region ?? 'unknown');
    // A decision made without a model has no score, and is an answer all the same.
    if (score !== undefined) {
      scores.push(score);
      truths.push(isFraud ? 1 : 0);
    }
    latencies.push(entry.latencyMs / 1000);
    if (isFraud) answeredFrauds++;
    if (decision !== 'approve') {
      alerts++;
      if (isFraud) caught++;
    } else if (isFraud) sum.missed_fraud_eur += entry.amountEur;
    if (decision === 'decline' && !isFraud) {
      sum.false_declines++;
      declined.add(entry.cardId);
    }
  }

  latencies.sort((a, b) => a - b);
  return {
    ...sum,
    answered: latencies.length,
    from: sum.requests === 0 ? null : new Date(first).toISOString(),
    to: sum.requests === 0 ? null : new Date(last).toISOString(),
    fraud_rate: ratio(sum.frauds, sum.requests),
    auc: areaUnderRoc(scores, truths),
    recall: ratio(caught, answeredFrauds),
    precision: ratio(caught, alerts),
    missed_fraud_eur: Math.round(sum.missed_fraud_eur * 100) / 100,
    customers_declined: declined.size,
    customers_unanswered: unanswered.size,
    latency_seconds: {
      p50: quantile(latencies, 0.5),
      p95: quantile(latencies, 0.95),
      p99: quantile(latencies, 0.99),
    },
  };
}

const count = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** Of ascending values; the smallest value with at least the share `q` at or below it (Hyndman and Fan, type 1). */
const quantile = (sorted: readonly number[], q: number): number | null =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;

import type { DrillContext } from './contract/parts.ts';
import { getJson } from './prometheus.ts';

/** What the bank's customers got, by the world's own count: the product's metrics are not asked. */
export interface WorldTruth {
  requests: number;
  answered: number;
  missed_fraud_eur: number;
  /** Honest customers who were declined. */
  customers_declined: number;
  latency_seconds: { p50: number | null; p95: number | null; p99: number | null };
}

/** @param seconds wall seconds back from now */
export async function worldTruth(
  context: Pick<DrillContext, 'url' | 'truthToken'>,
  seconds: number,
): Promise<WorldTruth> {
  const url = `${context.url('world')}/v1/truth?seconds=${Math.max(1, Math.round(seconds))}`;
  const { summary } = await getJson<{ summary: WorldTruth }>(url, {
    authorization: `Bearer ${context.truthToken}`,
  });
  return summary;
}

/** One transaction as it really was, and what the bank made of it. */
export interface TruthRow {
  id: string;
  channel: string;
  /** Of the shop, ISO 3166-1 alpha-2. */
  country: string;
  region: string | null;
  amount_eur: number;
  is_fraud: boolean;
  decision: 'approve' | 'review' | 'decline' | null;
  score: number | null;
  /** Status as text; `timeout`, `error`, or `left` for who saw the queue and went. */
  code: string;
  /** Until the customer knew, whatever the answer was. */
  latency_ms: number;
}

/** More than the world makes in the longest time anybody asks for. */
const MOST_ROWS = 60_000;

/** Newest first. @param seconds wall seconds back from now */
export async function truthRows(
  context: Pick<DrillContext, 'url' | 'truthToken'>,
  seconds: number,
): Promise<TruthRow[]> {
  const url = `${context.url('world')}/v1/truth?seconds=${Math.max(1, Math.round(seconds))}&rows=${MOST_ROWS}`;
  const { rows } = await getJson<{ rows: TruthRow[] }>(url, {
    authorization: `Bearer ${context.truthToken}`,
  });
  return rows;
}

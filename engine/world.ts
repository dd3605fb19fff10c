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

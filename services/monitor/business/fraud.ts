import type { Ledger } from '../ledger/ledger.ts';
import type { ModelVersionKey } from '../ledger/records.ts';
import type { Scope } from '../windows/window.ts';

/** What the bank saved and whom it hurt, on labels that matured in the window. Caught means reviewed or declined. */
export interface FraudOutcome extends Scope {
  labels: number;
  frauds: number;
  caught: number;
  /** Euros; amounts are as the model saw them. */
  fraud_amount: number;
  caught_amount: number;
  /** Genuine transactions that were declined. */
  false_declines: number;
  /** Shares, null where there is nothing to share. */
  caught_rate: number | null;
  caught_amount_rate: number | null;
  /** Of the genuine transactions. */
  false_decline_rate: number | null;
}

type Row = { region: string; channel: string } & Record<(typeof COUNTS)[number], number>;
const COUNTS = ['labels', 'frauds', 'caught', 'fraud_amount', 'caught_amount', 'false_declines'] as const;

/** All together first, then per region, then per channel. @param since business time labels matured after, epoch ms */
export function fraudOutcomes(
  ledger: Ledger,
  { model, version }: ModelVersionKey,
  since: number,
): FraudOutcome[] {
  const rows = ledger.database
    .prepare(
      `SELECT region, channel, count(*) AS labels, sum(is_fraud) AS frauds,
         sum(is_fraud AND decision <> 'approve') AS caught,
         total(iif(is_fraud, amount_eur, 0)) AS fraud_amount,
         total(iif(is_fraud AND decision <> 'approve', amount_eur, 0)) AS caught_amount,
         sum(NOT is_fraud AND decision = 'decline') AS false_declines
       FROM predictions WHERE model = ? AND version = ? AND matured_ms >= ? GROUP BY region, channel`,
    )
    .all(model, version, since) as unknown as Row[];
  const distinct = (field: 'region' | 'channel') => [...new Set(rows.map((row) => row[field]))].sort();
  const scopes: Scope[] = [
    { region: null, channel: null },
    ...distinct('region').map((region) => ({ region, channel: null })),
    ...distinct('channel').map((channel) => ({ region: null, channel })),
  ];
  return rows.length === 0 ? [] : scopes.map((scope) => outcome(scope, rows));
}

function outcome(scope: Scope, rows: readonly Row[]): FraudOutcome {
  const own = rows.filter(
    (row) => (scope.region ?? row.region) === row.region && (scope.channel ?? row.channel) === row.channel,
  );
  const sums = Object.fromEntries(
    COUNTS.map((name) => [name, own.reduce((sum, row) => sum + row[name], 0)]),
  ) as Record<(typeof COUNTS)[number], number>;
  const share = (part: number, whole: number) => (whole > 0 ? part / whole : null);
  return {
    ...scope,
    ...sums,
    caught_rate: share(sums.caught, sums.frauds),
    caught_amount_rate: share(sums.caught_amount, sums.fraud_amount),
    false_decline_rate: share(sums.false_declines, sums.labels - sums.frauds),
  };
}

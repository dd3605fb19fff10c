import type { Metrics } from '../../../lib/kit/metrics.ts';
import type { FraudOutcome } from '../business/fraud.ts';
import type { ModelVersionKey } from '../ledger/records.ts';
import type { Scope } from '../windows/window.ts';
import type { DriftReport } from './report.ts';
import type { ScopeReport } from './scope.ts';

/** What the metrics page shows of a refresh: every window, cut by region and by channel but not by both. */
export interface DriftFigures {
  day: DriftReport;
  recent: DriftReport;
  business: (ModelVersionKey & { outcomes: FraudOutcome[] })[];
}

const named = ({ region, channel }: Scope) => ({ region: region ?? 'all', channel: channel ?? 'all' });

/** Shows drift, input quality and business figures to Prometheus. What is not known has no sample. */
export function createDriftGauges(metrics: Metrics): (figures: DriftFigures) => void {
  const psi = metrics.gauge('firedrill_monitor_drift_psi');
  const lacking = metrics.gauge('firedrill_monitor_lacking_ratio');
  const outside = metrics.gauge('firedrill_monitor_out_of_contract_ratio');
  const approval = metrics.gauge('firedrill_monitor_approval_ratio');
  const volume = metrics.gauge('firedrill_monitor_volume_ratio');
  const fraud = metrics.gauge('firedrill_monitor_fraud_ratio');
  const amount = metrics.gauge('firedrill_monitor_fraud_amount_euros');
  const all = [psi, lacking, outside, approval, volume, fraud, amount];

  const showDrift = ({ model, version }: ModelVersionKey, window: string, scope: ScopeReport) => {
    const labels = { model, version, ...named(scope), window };
    if (scope.score) psi.set({ ...labels, feature: 'score' }, scope.score.psi);
    for (const { name, drift } of scope.features) if (drift) psi.set({ ...labels, feature: name }, drift.psi);
  };
  const showInputs = ({ model, version }: ModelVersionKey, scope: ScopeReport) => {
    const labels = { model, version, ...named(scope) };
    for (const input of scope.features) {
      lacking.set({ ...labels, feature: input.name }, input.lacking);
      outside.set({ ...labels, feature: input.name }, input.out_of_contract);
    }
  };
  const showDecisions = ({ model, version }: ModelVersionKey, scope: ScopeReport) => {
    if (!scope.decisions) return;
    const { approval_rate: rate, expected_approval_rate: expected } = scope.decisions;
    const labels = { model, version, ...named(scope) };
    for (const figure of ['value', 'lower', 'upper'] as const)
      approval.set({ ...labels, figure }, rate[figure]);
    if (expected !== null) approval.set({ ...labels, figure: 'expected' }, expected);
  };

  return ({ day, recent, business }) => {
    for (const gauge of all) gauge.reset();
    for (const entry of day.models) {
      for (const scope of entry.scopes) {
        showDrift(entry, 'day', scope);
        showDecisions(entry, scope);
        // The recent window overwrites this where it has enough rows.
        showInputs(entry, scope);
      }
    }
    for (const entry of recent.models) {
      for (const scope of entry.scopes) {
        showDrift(entry, 'recent', scope);
        showInputs(entry, scope);
        const { model } = entry;
        const ratio = scope.volume?.ratio;
        if (ratio != null) volume.set({ model, ...named(scope) }, ratio);
      }
    }
    for (const { model, version, outcomes } of business) {
      for (const outcome of outcomes) {
        const labels = { model, version, ...named(outcome) };
        const shares = {
          caught: outcome.caught_rate,
          amount_caught: outcome.caught_amount_rate,
          false_declines: outcome.false_decline_rate,
        };
        for (const [measure, share] of Object.entries(shares))
          if (share !== null) fraud.set({ ...labels, measure }, share);
        amount.set({ ...labels, outcome: 'caught' }, outcome.caught_amount);
        amount.set({ ...labels, outcome: 'missed' }, outcome.fraud_amount - outcome.caught_amount);
      }
    }
  };
}

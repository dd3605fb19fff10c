import type { Metrics } from '../../lib/kit/metrics.ts';
import type { Quality } from './performance/quality.ts';
import type { Report } from './report.ts';

const MEASURES = ['auc', 'precision', 'recall'] as const;

/**
 * Shows a report to Prometheus. Every gauge starts empty: what is not known any more, or not yet, has no sample,
 * and an alert on it stays silent instead of acting on an old figure.
 */
export function createGauges(metrics: Metrics): (report: Report) => void {
  const measured = metrics.gauge('firedrill_monitor_quality');
  const bound = metrics.gauge('firedrill_monitor_quality_bound');
  const byRegion = metrics.gauge('firedrill_monitor_region_quality');
  const matured = metrics.gauge('firedrill_monitor_matured_labels');
  const decisions = metrics.gauge('firedrill_monitor_decision_ratio');
  const coverage = metrics.gauge('firedrill_monitor_label_coverage_ratio');
  const delay = metrics.gauge('firedrill_monitor_label_delay_seconds');
  const age = metrics.gauge('firedrill_monitor_label_age_seconds');
  const all = [measured, bound, byRegion, matured, decisions, coverage, delay, age];

  return ({ models, labels }) => {
    for (const gauge of all) gauge.reset();
    // A gauge without labels goes back to 0 when reset, and an age of 0 would say that a label has just come.
    age.remove();
    for (const { model, version, performance, regions, decisions: ratios, coverage: covered } of models) {
      for (const [measure, interval] of figures(performance)) {
        measured.set({ model, version, measure }, interval.value);
        bound.set({ model, version, measure, bound: 'lower' }, interval.lower);
        bound.set({ model, version, measure, bound: 'upper' }, interval.upper);
      }
      for (const [region, quality] of Object.entries(regions)) {
        for (const [measure, { value }] of figures(quality)) {
          byRegion.set({ model, version, region, measure }, value);
        }
      }
      const { frauds, matured_labels } = performance;
      matured.set({ model, version, class: 'fraud' }, frauds);
      matured.set({ model, version, class: 'genuine' }, matured_labels - frauds);
      for (const [decision, ratio] of Object.entries(ratios))
        decisions.set({ model, version, decision }, ratio);
      if (covered.ratio !== null) coverage.set({ model, version }, covered.ratio);
    }
    for (const { quantile, seconds } of labels.quantiles)
      if (seconds !== null) delay.set({ quantile }, seconds);
    if (labels.newest_age_seconds !== null) age.set(labels.newest_age_seconds);
  };
}

const figures = (quality: Quality) =>
  MEASURES.flatMap((measure) => {
    const interval = quality[measure];
    return interval === null ? [] : [[measure, interval] as const];
  });

import { defineDashboard } from '../dashboard.ts';

export default defineDashboard({
  uid: 'model-quality',
  title: '4 Model quality',
  about:
    'What the model gets, what it decides, and how right it was as far as labels tell. Windows are business time.',
  rows: [
    {
      title: 'On matured labels',
      panels: [
        {
          title: 'AUC, precision, recall',
          max: 1,
          queries: [{ expr: 'firedrill_monitor_quality', legend: '{{measure}}, version {{version}}' }],
        },
        {
          title: 'AUC with its bounds',
          about:
            'Three standard errors away. The upper one below 0.9 pages: even with luck it is not good enough.',
          max: 1,
          alertAt: 0.9,
          queries: [
            {
              expr: 'firedrill_monitor_quality_bound{measure="auc"}',
              legend: '{{bound}}, version {{version}}',
            },
          ],
        },
        {
          title: 'AUC by region',
          max: 1,
          queries: [
            {
              expr: 'firedrill_monitor_region_quality{measure="auc"}',
              legend: '{{region}}, version {{version}}',
            },
          ],
        },
        {
          title: 'Fraud caught, amount caught, customers declined wrongly',
          about: 'Shares, of labels matured in the last business day.',
          unit: 'percentunit',
          min: 0,
          queries: [
            {
              expr: 'firedrill_monitor_fraud_ratio{region="all",channel="all"}',
              legend: '{{measure}}, version {{version}}',
            },
          ],
        },
        {
          title: 'Amount of fraud, caught and missed',
          about: 'Among labels matured in the last business day.',
          unit: 'currencyEUR',
          min: 0,
          queries: [
            {
              expr: 'firedrill_monitor_fraud_amount_euros{region="all",channel="all"}',
              legend: '{{outcome}}, version {{version}}',
            },
          ],
        },
        {
          title: 'Matured labels in the window',
          min: 0,
          queries: [{ expr: 'firedrill_monitor_matured_labels', legend: '{{class}}, version {{version}}' }],
        },
      ],
    },
    {
      title: 'Labels',
      panels: [
        {
          title: 'How late labels come',
          about: 'Business time.',
          unit: 's',
          min: 0,
          queries: [{ expr: 'firedrill_monitor_label_delay_seconds', legend: 'quantile {{quantile}}' }],
        },
        {
          title: 'Since the newest label',
          about: 'Business time.',
          unit: 's',
          min: 0,
          alertAt: 21_600,
          queries: [{ expr: 'firedrill_monitor_label_age_seconds', legend: 'age' }],
        },
        {
          title: 'Decisions old enough that have their label',
          unit: 'percentunit',
          max: 1,
          queries: [{ expr: 'firedrill_monitor_label_coverage_ratio', legend: 'version {{version}}' }],
        },
      ],
    },
    {
      title: 'Inputs and decisions, against training',
      panels: [
        {
          title: 'Drift of the score (PSI)',
          about: 'Above 0.2 over a day, or 0.3 over six hours, pages.',
          min: 0,
          alertAt: 0.2,
          queries: [
            {
              expr: 'max by (version, window) (firedrill_monitor_drift_psi{feature="score"})',
              legend: '{{window}}, version {{version}}',
            },
          ],
        },
        {
          title: 'Drift of the features, the worst eight (PSI)',
          min: 0,
          alertAt: 0.2,
          queries: [
            {
              expr: 'topk(8, max by (feature, version) (firedrill_monitor_drift_psi{feature!="score",window="day"}))',
              legend: '{{feature}}, version {{version}}',
            },
          ],
        },
        {
          title: 'Values missing or not allowed, the worst eight',
          unit: 'percentunit',
          min: 0,
          queries: [
            {
              expr: 'topk(8, max by (feature) (firedrill_monitor_lacking_ratio))',
              legend: '{{feature}} missing',
            },
            {
              expr: 'topk(8, max by (feature) (firedrill_monitor_out_of_contract_ratio))',
              legend: '{{feature}} not allowed',
            },
          ],
        },
        {
          title: 'Approvals, and what training promised',
          unit: 'percentunit',
          max: 1,
          queries: [
            {
              expr: 'firedrill_monitor_approval_ratio{region="all",channel="all"}',
              legend: '{{figure}}, version {{version}}',
            },
          ],
        },
        {
          title: 'Decisions of the last business day',
          unit: 'percentunit',
          min: 0,
          queries: [
            { expr: 'firedrill_monitor_decision_ratio', legend: '{{decision}}, version {{version}}' },
          ],
        },
        {
          title: 'Transactions against the same hours of earlier days',
          min: 0,
          queries: [{ expr: 'firedrill_monitor_volume_ratio', legend: '{{region}} {{channel}}' }],
        },
        {
          title: 'Scores',
          min: 0,
          max: 1,
          queries: [0.5, 0.9, 0.99].map((q) => ({
            expr: `histogram_quantile(${q}, sum by (le, version) (rate(firedrill_inference_score_bucket[30s])))`,
            legend: `p${q * 100}, version {{version}}`,
          })),
        },
        {
          title: 'Newest training data',
          about: 'Business time.',
          unit: 'dateTimeAsIso',
          kind: 'stat',
          queries: [{ expr: '1000 * firedrill_model_trained_timestamp_seconds', legend: '{{model}}' }],
        },
        {
          title: 'Last runs of the pipeline',
          unit: 's',
          kind: 'stat',
          queries: [{ expr: 'firedrill_pipeline_run_duration_seconds', legend: '{{job}}' }],
        },
      ],
    },
  ],
});

import { defineDashboard } from '../dashboard.ts';

export default defineDashboard({
  uid: 'overview',
  title: '1 Overview',
  about: 'Is the bank all right: its customers, its model, its parts.',
  rows: [
    {
      title: 'Customers',
      panels: [
        {
          title: 'Transactions scored a second',
          about: 'Customers bring about 100.',
          unit: 'reqps',
          min: 0,
          width: 6,
          queries: [{ expr: 'gateway:score_requests:rate10s', legend: 'scored' }],
        },
        {
          title: 'Share of errors',
          unit: 'percentunit',
          min: 0,
          alertAt: 0.05,
          width: 6,
          queries: [{ expr: 'gateway:score_errors:ratio_rate10s or vector(0)', legend: 'errors' }],
        },
        {
          title: 'Slowest 1 % at the gateway',
          unit: 's',
          min: 0,
          alertAt: 0.25,
          width: 6,
          queries: [{ expr: 'gateway:score_duration_seconds:p99_rate10s', legend: 'p99' }],
        },
        {
          title: 'Alerts',
          about: 'Names of the alerts that fire; silenced ones too.',
          min: 0,
          width: 6,
          queries: [
            {
              expr: 'sum by (alertname) (ALERTS{alertstate="firing"}) or label_replace(vector(0), "alertname", "none", "", "")',
              legend: '{{alertname}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Model',
      panels: [
        {
          title: 'Decisions a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (decision) (rate(firedrill_inference_predictions_total[10s]))',
              legend: '{{decision}}',
            },
          ],
        },
        {
          title: 'AUC on matured labels',
          about: 'Labels come hours of business time late; the bounds are three standard errors away.',
          max: 1,
          alertAt: 0.9,
          queries: [
            { expr: 'firedrill_monitor_quality{measure="auc"}', legend: 'version {{version}}' },
            {
              expr: 'firedrill_monitor_quality_bound{measure="auc"}',
              legend: 'version {{version}}, {{bound}}',
            },
          ],
        },
        {
          title: 'Versions that decide',
          kind: 'table',
          queries: [{ expr: 'firedrill_model_info' }],
        },
      ],
    },
    {
      title: 'Parts',
      panels: [
        {
          title: 'Up',
          kind: 'states',
          width: 12,
          queries: [{ expr: 'min by (job) (up{job!="engine"})', legend: '{{job}}' }],
        },
        {
          title: 'Events behind',
          about: 'In the log and not yet processed, by consumer group.',
          min: 0,
          alertAt: 3000,
          width: 12,
          queries: [{ expr: 'topic_group:eventlog_consumer_lag_events:sum', legend: '{{group}}, {{topic}}' }],
        },
      ],
    },
  ],
});

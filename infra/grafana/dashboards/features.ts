import { defineDashboard } from '../dashboard.ts';

export default defineDashboard({
  uid: 'features',
  title: '3 Features',
  about: 'From the event log into the online store and the lake, and out again. Ages are business time.',
  rows: [
    {
      title: 'As the model gets them',
      panels: [
        {
          title: 'Age of the pipeline',
          about: 'Business time between now and the watermark, as the reader sees it. Three hours page.',
          unit: 's',
          min: 0,
          alertAt: 10_800,
          queries: [{ expr: 'max by (view) (firedrill_feature_freshness_seconds)', legend: '{{view}}' }],
        },
        {
          title: 'Age of the nightly features',
          about: 'Business time since the midnight they describe.',
          unit: 's',
          min: 0,
          alertAt: 108_000,
          queries: [{ expr: 'max by (view) (firedrill_feature_snapshot_age_seconds)', legend: '{{view}}' }],
        },
        {
          title: 'Where features came from, decisions a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (source) (rate(firedrill_inference_predictions_total[10s]))',
              legend: '{{source}}',
            },
          ],
        },
        {
          title: 'Lookups a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (tier, result) (rate(firedrill_feature_lookup_total[10s]))',
              legend: '{{tier}} {{result}}',
            },
          ],
        },
        {
          title: 'Online store',
          about: 'One request asks for many rows.',
          unit: 'ops',
          min: 0,
          queries: [
            { expr: 'sum(rate(firedrill_feature_store_requests_total[10s]))', legend: 'requests' },
            { expr: 'sum(rate(firedrill_feature_store_rows_total[10s]))', legend: 'rows' },
          ],
        },
        {
          title: 'In-process tier, rows a second',
          about: 'Silent while the tier is off, as it is by default.',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: 'sum by (result) (rate(firedrill_feature_cache_rows_total[10s])) or label_replace(vector(0), "result", "none", "", "")',
              legend: '{{result}}',
            },
          ],
        },
      ],
    },
    {
      title: 'On their way',
      panels: [
        {
          title: 'Events behind',
          min: 0,
          alertAt: 3000,
          queries: [{ expr: 'topic_group:eventlog_consumer_lag_events:sum', legend: '{{group}}, {{topic}}' }],
        },
        {
          title: 'Events applied to online rows, a second',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: 'sum by (view, result) (rate(firedrill_features_applied_total[10s]))',
              legend: '{{view}} {{result}}',
            },
          ],
        },
        {
          title: 'From event to online row, slowest 1 %',
          about: 'Business time; the finest step is a minute.',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (le, view) (rate(firedrill_features_row_age_seconds_bucket[10s])))',
              legend: '{{view}}',
            },
          ],
        },
        {
          title: 'Events written to the lake, a second',
          unit: 'ops',
          min: 0,
          queries: [
            { expr: 'sum by (topic) (rate(firedrill_features_sunk_total[30s]))', legend: '{{topic}}' },
          ],
        },
        {
          title: 'Events kept on a disk because the log is away',
          min: 0,
          alertAt: 1,
          queries: [{ expr: 'sum by (job) (firedrill_eventlog_spooled_events)', legend: '{{job}}' }],
        },
        {
          title: 'Events set aside, handlers that failed, a second',
          unit: 'ops',
          min: 0,
          queries: [
            {
              expr: 'sum by (group) (rate(firedrill_eventlog_set_aside_total[10s])) or label_replace(vector(0), "group", "none", "", "")',
              legend: '{{group}} set aside',
            },
            {
              expr: 'sum by (group) (rate(firedrill_eventlog_handler_failures_total[10s])) or label_replace(vector(0), "group", "none", "", "")',
              legend: '{{group}} failed',
            },
          ],
        },
      ],
    },
    {
      title: 'Both paths',
      panels: [
        {
          title: 'Features out of parity',
          about:
            'Online and offline values differ for more than 2 % of the sampled entities. 0 also while nobody compared.',
          kind: 'stat',
          alertAt: 1,
          queries: [
            {
              expr: 'count(firedrill_feature_parity_mismatch_ratio > 0.02) or vector(0)',
              legend: 'features',
            },
          ],
        },
        {
          title: 'The lake holds everything up to',
          about: 'Business time.',
          unit: 'dateTimeAsIso',
          kind: 'stat',
          queries: [
            {
              expr: '1000 * max by (topic) (firedrill_features_lake_watermark_seconds)',
              legend: '{{topic}}',
            },
          ],
        },
        {
          title: 'The nightly features describe everything before',
          about: 'Business time.',
          unit: 'dateTimeAsIso',
          kind: 'stat',
          queries: [
            {
              expr: '1000 * max by (view, entity) (firedrill_features_materialized_timestamp_seconds)',
              legend: '{{view}} {{entity}}',
            },
          ],
        },
      ],
    },
  ],
});

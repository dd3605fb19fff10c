import { defineDashboard } from '../dashboard.ts';

export default defineDashboard({
  uid: 'drill',
  title: '5 Drill',
  about:
    'For whoever is on call: what fires, what customers feel, what changed. The row of the supervisor is empty where none runs (docker compose up alone).',
  rows: [
    {
      title: 'What fires, what customers feel',
      panels: [
        {
          title: 'Alerts that fire',
          min: 0,
          width: 12,
          queries: [
            {
              expr: 'sum by (alertname, severity) (ALERTS{alertstate="firing"}) or label_replace(vector(0), "alertname", "none", "", "")',
              legend: '{{alertname}} {{severity}}',
            },
          ],
        },
        {
          title: 'Answers customers get, a second',
          unit: 'reqps',
          min: 0,
          width: 12,
          queries: [
            { expr: 'sum by (code) (rate(firedrill_world_requests_total[10s]))', legend: '{{code}}' },
            { expr: 'firedrill_world_target_rate', legend: 'meant to send' },
          ],
        },
        {
          title: 'Slowest 1 %',
          unit: 's',
          min: 0,
          alertAt: 0.25,
          queries: [{ expr: 'gateway:score_duration_seconds:p99_rate10s', legend: 'p99' }],
        },
        {
          title: 'Declined and flagged',
          unit: 'percentunit',
          min: 0,
          queries: [
            { expr: 'model:predictions_declined:ratio_rate30s', legend: 'declined' },
            { expr: 'model:predictions_flagged:ratio_rate30s', legend: 'declined or sent to review' },
          ],
        },
        {
          title: 'Age of the features',
          about: 'Business time.',
          unit: 's',
          min: 0,
          alertAt: 10_800,
          queries: [{ expr: 'max by (view) (firedrill_feature_freshness_seconds)', legend: '{{view}}' }],
        },
      ],
    },
    {
      title: 'What changed',
      panels: [
        {
          title: 'Versions that decide',
          kind: 'table',
          queries: [{ expr: 'firedrill_model_info' }],
        },
        {
          title: 'Revisions that run',
          kind: 'table',
          queries: [{ expr: 'firedrill_build_info' }],
        },
        {
          title: 'Changes in the registry',
          about: 'In the last minute.',
          min: 0,
          queries: [
            {
              expr: 'sum by (action) (increase(firedrill_registry_changes_total[1m])) or label_replace(vector(0), "action", "none", "", "")',
              legend: '{{action}}',
            },
          ],
        },
        {
          title: 'Starts of processes',
          about: 'In the last two minutes.',
          min: 0,
          queries: [{ expr: 'changes(process_start_time_seconds{job!="engine"}[2m])', legend: '{{job}}' }],
        },
        {
          title: 'Channels set aside',
          kind: 'states',
          queries: [
            {
              expr: 'max by (channel, reason) (firedrill_gateway_channel_set_aside)',
              legend: '{{channel}} {{reason}}',
            },
          ],
        },
        {
          title: 'Events behind',
          min: 0,
          alertAt: 3000,
          queries: [{ expr: 'topic_group:eventlog_consumer_lag_events:sum', legend: '{{group}}, {{topic}}' }],
        },
      ],
    },
    {
      title: 'The supervisor',
      panels: [
        {
          title: 'Replicas missing',
          min: 0,
          alertAt: 1,
          queries: [
            {
              expr: 'firedrill_workload_replicas{state="desired"} - ignoring (state) firedrill_workload_replicas{state="ready"}',
              legend: '{{workload}}',
            },
          ],
        },
        {
          title: 'Restarts nobody asked for',
          min: 0,
          queries: [{ expr: 'firedrill_workload_restarts', legend: '{{workload}}' }],
        },
        {
          title: 'Resident memory',
          unit: 'bytes',
          min: 0,
          queries: [{ expr: 'firedrill_workload_resident_bytes', legend: '{{workload}}' }],
        },
      ],
    },
  ],
});

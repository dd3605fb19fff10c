import { defineDashboard } from '../dashboard.ts';

const ROUTES = 'job="gateway",route=~"/v1/(score|channels/.+)"';
const quantile = (q: number) => ({
  expr: `histogram_quantile(${q}, sum by (le) (rate(http_server_request_duration_seconds_bucket{${ROUTES}}[10s])))`,
  legend: `p${q * 100}`,
});

export default defineDashboard({
  uid: 'serving',
  title: '2 Serving',
  about: 'The way of a transaction: gateway, inference, features, model. Wall time.',
  rows: [
    {
      title: 'Gateway',
      panels: [
        {
          title: 'Answers a second, by region and status',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (region, code) (rate(firedrill_gateway_requests_total[10s]))',
              legend: '{{region}} {{code}}',
            },
          ],
        },
        {
          title: 'Latency of scoring',
          unit: 's',
          min: 0,
          alertAt: 0.25,
          queries: [quantile(0.5), quantile(0.95), quantile(0.99)],
        },
        {
          title: 'Calls to inference that failed, a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (region, reason) (rate(firedrill_gateway_upstream_failures_total[10s])) or label_replace(vector(0), "reason", "none", "", "")',
              legend: '{{region}} {{reason}}',
            },
          ],
        },
        {
          title: 'As customers see it: slowest 1 %',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (le, channel) (rate(firedrill_world_request_duration_seconds_bucket[10s])))',
              legend: '{{channel}}',
            },
          ],
        },
        {
          title: 'As customers see it: answers a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (code) (rate(firedrill_world_requests_total[10s]))',
              legend: '{{code}}',
            },
            { expr: 'firedrill_world_target_rate', legend: 'meant to send' },
          ],
        },
        {
          title: 'Messages that break the contract of their channel, a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (channel, rule) (rate(firedrill_gateway_contract_violations_total[10s])) or label_replace(vector(0), "rule", "none", "", "")',
              legend: '{{channel}} {{rule}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Inference',
      panels: [
        {
          title: 'Time per stage, slowest 1 %',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: 'histogram_quantile(0.99, sum by (le, stage) (rate(firedrill_inference_stage_duration_seconds_bucket[10s])))',
              legend: '{{stage}}',
            },
          ],
        },
        {
          title: 'Requests that share a run of the model',
          min: 0,
          queries: [
            {
              expr: 'sum by (job) (rate(firedrill_inference_batch_rows_sum[10s])) / sum by (job) (rate(firedrill_inference_batch_rows_count[10s]))',
              legend: '{{job}}',
            },
          ],
        },
        {
          title: 'Requests without fresh features, a second',
          unit: 'reqps',
          min: 0,
          queries: [
            {
              expr: 'sum by (reason, action) (rate(firedrill_inference_fallbacks_total[10s])) or label_replace(vector(0), "reason", "none", "", "")',
              legend: '{{reason}} → {{action}}',
            },
          ],
        },
        {
          title: 'Circuits',
          about: '0 closed, 1 half open, 2 open.',
          kind: 'states',
          queries: [
            {
              expr: 'max by (job, dependency) (firedrill_circuit_state)',
              legend: '{{job}} → {{dependency}}',
            },
          ],
        },
        {
          title: 'Loading a model',
          about: 'Seconds the slowest load took, since the start of the process.',
          unit: 's',
          min: 0,
          queries: [
            {
              expr: 'histogram_quantile(1, sum by (le, job) (firedrill_model_load_duration_seconds_bucket))',
              legend: '{{job}}',
            },
          ],
        },
        {
          title: 'Versions refused',
          min: 0,
          queries: [
            {
              expr: 'sum by (job, reason) (firedrill_model_load_failures_total) or label_replace(vector(0), "reason", "none", "", "")',
              legend: '{{job}} {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Processes',
      panels: [
        {
          title: 'CPU',
          about: '1 is one core.',
          min: 0,
          queries: [{ expr: 'rate(process_cpu_seconds_total{job!="engine"}[10s])', legend: '{{job}}' }],
        },
        {
          title: 'Event loop late by, slowest 1 %',
          unit: 's',
          min: 0,
          queries: [{ expr: 'nodejs_eventloop_lag_p99_seconds{job!="engine"}', legend: '{{job}}' }],
        },
        {
          title: 'Resident memory',
          unit: 'bytes',
          min: 0,
          queries: [{ expr: 'process_resident_memory_bytes{job!="engine"}', legend: '{{job}}' }],
        },
      ],
    },
  ],
});

/** What loadtests/lib/summary.js writes: the metrics as k6 hands them to `handleSummary`. */
export interface K6Summary {
  metrics: Record<string, K6Metric>;
  /** Wall milliseconds from the first request that was due to the last answer. */
  loadMs: number;
  /** Who was sent payments. */
  targets: string[];
}

interface K6Metric {
  type: string;
  contains: string;
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
}

export interface Threshold {
  metric: string;
  threshold: string;
  /** What was measured; null when k6 does not say. */
  value: number | null;
  /** Wall milliseconds, a share of 1, or plain. */
  unit: 'ms' | 'share' | 'number';
  met: boolean;
}

/** The figures of a run. Shares are of 1, times wall milliseconds; null: nothing was measured. */
export interface Figures {
  targets: string[];
  seconds: number;
  requests: number;
  requests_per_second: number;
  /** Due, but nobody was left to send them. */
  dropped: number;
  failed: number | null;
  refused: number | null;
  degraded: number | null;
  latency_ms: { p50: number; p95: number; p99: number; max: number } | null;
  thresholds: Threshold[];
  crossed: number;
}

/** Only what is scored: what was asked beforehand is not the load. */
const SCORED = '{kind:score}';

export function figuresOf({ metrics, loadMs, targets }: K6Summary): Figures {
  const seconds = loadMs / 1000;
  const share = (name: string): number | null => {
    const values = metrics[name]?.values;
    return values && (values.passes ?? 0) + (values.fails ?? 0) > 0 ? (values.rate ?? null) : null;
  };
  const requests = metrics[`http_reqs${SCORED}`]?.values.count ?? 0;
  const latency = metrics[`http_req_duration${SCORED}`]?.values;
  const thresholds = thresholdsOf(metrics);
  return {
    targets,
    seconds,
    requests,
    requests_per_second: seconds > 0 ? requests / seconds : 0,
    dropped: metrics.dropped_iterations?.values.count ?? 0,
    failed: share(`http_req_failed${SCORED}`),
    refused: share('refused'),
    degraded: share('degraded'),
    latency_ms:
      latency && requests > 0
        ? { p50: latency.med!, p95: latency['p(95)']!, p99: latency['p(99)']!, max: latency.max! }
        : null,
    thresholds,
    crossed: thresholds.filter(({ met }) => !met).length,
  };
}

/** In order of their metrics; k6 has none. */
function thresholdsOf(metrics: K6Summary['metrics']): Threshold[] {
  return Object.entries(metrics)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([metric, { type, contains, values, thresholds = {} }]) =>
      Object.entries(thresholds).map(([threshold, { ok }]) => {
        const aggregate = /^\s*([a-z]+(?:\([\d.]+\))?)/.exec(threshold)?.[1] ?? '';
        const unit = contains === 'time' ? 'ms' : type === 'rate' ? 'share' : 'number';
        return { metric, threshold, value: values[aggregate] ?? null, unit, met: ok };
      }),
    );
}

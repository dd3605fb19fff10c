import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type MetricDefinition, type MetricName } from '../contract/metrics.ts';

type NamesOf<T extends MetricDefinition['type']> = {
  [K in MetricName]: (typeof METRICS)[K]['type'] extends T ? K : never;
}[MetricName];

/** The metrics of one process: only names registered in lib/contract/metrics.ts can be had. */
export interface Metrics {
  readonly registry: Registry;
  counter(name: NamesOf<'counter'>): Counter;
  gauge(name: NamesOf<'gauge'>, collect?: (gauge: Gauge) => void | Promise<void>): Gauge;
  histogram(name: NamesOf<'histogram'>): Histogram;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const describe = (name: MetricName) => {
    const { help, labels = [] } = METRICS[name] as MetricDefinition;
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  const existing = (name: MetricName) => registry.getSingleMetric(name);

  return {
    registry,
    counter: (name) => (existing(name) as Counter | undefined) ?? new Counter(describe(name)),
    gauge: (name, collect) =>
      (existing(name) as Gauge | undefined) ??
      new Gauge({
        ...describe(name),
        ...(collect && {
          async collect() {
            await collect(this);
          },
        }),
      }),
    histogram: (name) =>
      (existing(name) as Histogram | undefined) ??
      new Histogram({ ...describe(name), buckets: [...((METRICS[name] as MetricDefinition).buckets ?? [])] }),
  };
}

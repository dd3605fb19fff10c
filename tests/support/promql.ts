import { parser } from '@prometheus-io/lezer-promql';
import { METRICS } from '../../lib/contract/metrics.ts';

/** Names of the series an expression selects, in the order they come, each once. */
export function metricsIn(expr: string): string[] {
  const names = new Set<string>();
  parser.parse(expr).iterate({
    enter({ node }) {
      if (node.name !== 'VectorSelector') return;
      const name = node.getChild('Identifier');
      if (name) names.add(expr.slice(name.from, name.to));
    },
  });
  return [...names];
}

/** Whether a series is one of a metric that lib/contract/metrics.ts registers. */
export const registered = (name: string): boolean => {
  const base = name.replace(/_(bucket|count|sum)$/, '');
  return name in METRICS || (base in METRICS && METRICS[base as keyof typeof METRICS].type === 'histogram');
};

/** What is scraped without being ours: Prometheus' own and the Node and process metrics of prom-client. */
export const FOREIGN = /^(up|ALERTS|process_[a-z_]+|nodejs_[a-z0-9_]+)$/;

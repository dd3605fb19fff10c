import type { MetricSummary } from './measures.ts';

/** As k6 scripts write them: by metric, one or more `p(99)<250`. */
export type Thresholds = Record<string, (string | { threshold: string })[]>;

const COMPARE: Record<string, (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '===': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};

/**
 * Writes into each metric's summary which of its thresholds hold.
 * @returns how many do not
 * @throws Error naming an expression that cannot be judged
 */
export function judge(metrics: Record<string, MetricSummary>, thresholds: Thresholds): number {
  let crossed = 0;
  for (const [name, expressions] of Object.entries(thresholds)) {
    const metric = metrics[name]!;
    metric.thresholds = {};
    for (const entry of expressions) {
      const expression = typeof entry === 'string' ? entry : entry.threshold;
      const ok = holds(metric, expression, name);
      metric.thresholds[expression] = { ok };
      if (!ok) crossed += 1;
    }
  }
  return crossed;
}

function holds({ values, type }: MetricSummary, expression: string, name: string): boolean {
  const [, aggregate = '', sign = '', limit = ''] =
    /^\s*([a-z]+(?:\([\d.]+\))?)\s*(<=|>=|===|==|!=|<|>)\s*(-?[\d.]+)\s*$/.exec(expression) ?? [];
  const compare = COMPARE[sign];
  const value = values[aggregate];
  if (!compare || value === undefined) {
    throw new Error(
      `the threshold ${expression} of ${name} cannot be judged; a ${type} has ${Object.keys(values)}`,
    );
  }
  return compare(value, Number(limit));
}

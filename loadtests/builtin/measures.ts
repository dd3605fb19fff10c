/** What was measured, in the shape in which k6 hands it to `handleSummary`. */
export type MetricType = 'counter' | 'gauge' | 'rate' | 'trend';
export type Tags = Record<string, string>;

export interface MetricSummary {
  type: MetricType;
  contains: 'default' | 'time';
  values: Record<string, number>;
  thresholds?: Record<string, { ok: boolean }>;
}

interface Series {
  name: string;
  /** Only samples with these tags; none: all. */
  wanted: Tags;
  values: number[];
}

/**
 * Samples by metric, and by metric and tags where a threshold asks for it: `degraded{region:eu}`. All values are kept,
 * which a built-in run is short and slow enough for.
 */
export class Measures {
  readonly #types = new Map<string, { type: MetricType; contains: 'default' | 'time' }>();
  readonly #series = new Map<string, Series>();

  /** @param selectors metrics with tags that shall be told apart */
  constructor(selectors: readonly string[] = []) {
    for (const selector of selectors) this.#series.set(selector, { ...parseSelector(selector), values: [] });
  }

  register(name: string, type: MetricType, contains: 'default' | 'time' = 'default'): void {
    this.#types.set(name, { type, contains });
    if (!this.#series.has(name)) this.#series.set(name, { name, wanted: {}, values: [] });
  }

  add(name: string, value: number, tags: Tags): void {
    for (const series of this.#series.values()) {
      if (series.name !== name) continue;
      if (Object.entries(series.wanted).every(([tag, wanted]) => tags[tag] === wanted)) {
        series.values.push(value);
      }
    }
  }

  /**
   * @param seconds wall seconds of the run
   * @throws Error naming a selector whose metric nobody has registered
   */
  summary(seconds: number): Record<string, MetricSummary> {
    return Object.fromEntries(
      [...this.#series].map(([selector, { name, values }]) => {
        const kind = this.#types.get(name);
        if (!kind) throw new Error(`a threshold names the metric ${name}, which does not exist`);
        return [selector, { ...kind, values: SUMMARIES[kind.type](values, seconds) }];
      }),
    );
  }
}

const SUMMARIES: Record<MetricType, (values: number[], seconds: number) => Record<string, number>> = {
  counter: (values, seconds) => {
    const count = sum(values);
    return { count, rate: seconds > 0 ? count / seconds : 0 };
  },
  gauge: (values) => ({ value: values.at(-1) ?? 0 }),
  rate: (values) => {
    const passes = sum(values);
    return { rate: values.length > 0 ? passes / values.length : 0, passes, fails: values.length - passes };
  },
  trend: (values) => {
    const sorted = Float64Array.from(values).sort();
    const at = (share: number) => percentile(sorted, share);
    return {
      avg: values.length > 0 ? sum(values) / values.length : 0,
      min: at(0),
      med: at(0.5),
      max: at(1),
      'p(90)': at(0.9),
      'p(95)': at(0.95),
      'p(99)': at(0.99),
    };
  },
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Between the two nearest values, as k6 does it; 0 when there are none. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}

/** `name{tag:value,tag:value}` */
function parseSelector(selector: string): { name: string; wanted: Tags } {
  const [, name = selector, tags = ''] = /^([^{]+)(?:\{(.*)\})?$/.exec(selector) ?? [];
  const pairs = tags.split(',').filter((pair) => pair !== '');
  return {
    name,
    wanted: Object.fromEntries(
      pairs.map((pair) => {
        const [tag = '', ...value] = pair.split(':');
        return [tag.trim(), value.join(':').trim()];
      }),
    ),
  };
}

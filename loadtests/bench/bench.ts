/** One figure of a benchmark beside what it should be. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  target: number;
  met: boolean;
  /** Where the value lies at a confidence of 90 % or more; both ends have to meet the target. */
  range?: Range;
  /** What the value is measured against. */
  against: string;
}

export type Range = readonly [low: number, high: number];

export interface BenchOptions {
  /** Fewer and shorter rounds: shows that the benchmark runs, not what the machine can do. */
  quick: boolean;
  /** Says on standard error what is going on. */
  progress(message: string): void;
}

/** What a file of this folder exports as `run`. */
export type Bench = (options: BenchOptions) => Promise<BenchRow[]> | BenchRow[];

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** A median, and where that of as many rounds as one likes would lie. */
export interface Estimate {
  value: number;
  range: Range;
}

/** Least confidence of a range. */
const CONFIDENCE = 0.9;

/**
 * The median and its range by order statistics (the sign test), which asks nothing of how values are distributed. The
 * whole range of fewer than five values is less sure than 90 %.
 */
export function estimate(values: readonly number[]): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  // The k lowest and k highest are left out while the median lies between the rest often enough.
  let k = 0;
  let outside = 0;
  let ways = 1;
  for (let i = 0; i < n / 2; i++) {
    outside += (2 * ways) / 2 ** n;
    if (1 - outside < CONFIDENCE) break;
    k = i;
    ways = (ways * (n - i)) / (i + 1);
  }
  return { value: median(sorted), range: [sorted[k]!, sorted[n - 1 - k]!] };
}

/** A figure to four digits. A target of neither kind is none: the figure explains others. */
export function row(
  name: string,
  figure: number | Estimate,
  unit: string,
  { atLeast, atMost }: { atLeast?: number; atMost?: number },
  against: string,
): BenchRow {
  const { value, range } = typeof figure === 'number' ? { value: figure, range: undefined } : figure;
  const [low, high] = range ?? [value, value];
  const met = low >= (atLeast ?? Number.NEGATIVE_INFINITY) && high <= (atMost ?? Number.POSITIVE_INFINITY);
  const target = atLeast ?? atMost ?? 0;
  return {
    name,
    value: digits(value),
    unit,
    target,
    met,
    against,
    ...(range && { range: [digits(low), digits(high)] }),
  };
}

const digits = (value: number): number => Number(value.toPrecision(4));

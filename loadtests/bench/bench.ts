/** One figure of a benchmark beside what it should be. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  target: number;
  met: boolean;
  /** What the value is measured against. */
  against: string;
}

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

/** A figure to four digits. A target of neither kind is none: the figure explains others. */
export function row(
  name: string,
  value: number,
  unit: string,
  { atLeast, atMost }: { atLeast?: number; atMost?: number },
  against: string,
): BenchRow {
  const met = value >= (atLeast ?? Number.NEGATIVE_INFINITY) && value <= (atMost ?? Number.POSITIVE_INFINITY);
  return { name, value: Number(value.toPrecision(4)), unit, target: atLeast ?? atMost ?? 0, met, against };
}

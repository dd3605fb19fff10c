/** Cumulative counts by upper bound, seconds, as Prometheus has them. */
export type Buckets = Map<number, number>;

const LINE = /^firedrill_inference_stage_duration_seconds_bucket\{(.*)\} (\S+)$/;

/** How long runs of the model have taken a process so far. */
export async function modelBuckets(port: number): Promise<Buckets> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const buckets: Buckets = new Map();
  for (const line of text.split('\n')) {
    const [, labels = '', count] = LINE.exec(line) ?? [];
    const bound = /le="([^"]+)"/.exec(labels)?.[1];
    if (bound && labels.includes('stage="model"')) {
      buckets.set(bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), Number(count));
    }
  }
  return buckets;
}

/** The quantile of what came between two looks, seconds, in a line within its bucket as `histogram_quantile` has it. */
export function quantile(before: Buckets, after: Buckets, q: number): number {
  const counts = [...after].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)] as const);
  const wanted = q * counts.at(-1)![1];
  let [from, below] = [0, 0];
  for (const [bound, count] of counts) {
    if (count >= wanted) {
      if (!Number.isFinite(bound)) return from;
      return from + ((bound - from) * (wanted - below)) / (count - below);
    }
    [from, below] = [bound, count];
  }
  return Number.NaN;
}

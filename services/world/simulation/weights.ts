/** Running sums of weights, as `Random.weighted` wants them. */
export function cumulative<T>(items: readonly T[], weight: (item: T) => number): Float64Array {
  const sums = new Float64Array(items.length);
  let sum = 0;
  for (const [i, item] of items.entries()) {
    sum += weight(item);
    sums[i] = sum;
  }
  return sums;
}

/** What a two-sample test says: its statistic, and how often chance alone would give one as large. */
export interface TestResult {
  statistic: number;
  p: number;
}

/**
 * Totals of two samples of counts over the same bins.
 * @throws RangeError when lengths differ, a count is negative or no number, or a sample is empty
 */
export function checkCounts(a: ArrayLike<number>, b: ArrayLike<number>): [number, number] {
  if (a.length !== b.length) {
    throw new RangeError(
      `counts: ${a.length} bins against ${b.length}; count both samples into the same bins`,
    );
  }
  return [totalOf(a), totalOf(b)];
}

function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    if (!(counts[i]! >= 0)) throw new RangeError(`counts: bin ${i} holds ${counts[i]}; counts are 0 or more`);
    total += counts[i]!;
  }
  if (total === 0) throw new RangeError('counts: a sample is empty; ask for more rows first');
  return total;
}

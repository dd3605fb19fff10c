import { upperGamma } from './gamma.ts';
import type { TestResult } from './two-sample.ts';
import { checkCounts } from './two-sample.ts';

/** P(X > x) for a chi-square variable with `freedom` degrees of freedom. */
export const chiSquareSurvival = (x: number, freedom: number): number => upperGamma(freedom / 2, x / 2);

/**
 * Are two samples of categories from one distribution? Pearson's chi-square test of homogeneity (1900) on the 2 × k
 * table of their counts, without Yates' correction. A category neither sample has is no column of the table.
 *
 * @param a counts per category; need not be whole, so that an expectation can stand in for a sample
 * @param b counts of the other sample, same categories in the same order
 * @returns p 1 when at most one category is left: there is nothing to differ in
 * @throws RangeError when lengths differ or a sample is empty
 */
export function chiSquareTest(a: ArrayLike<number>, b: ArrayLike<number>): TestResult {
  const [totalA, totalB] = checkCounts(a, b);
  const total = totalA + totalB;
  let statistic = 0;
  let columns = 0;
  for (let i = 0; i < a.length; i++) {
    const column = a[i]! + b[i]!;
    if (column === 0) continue;
    columns++;
    const expectedA = (column * totalA) / total;
    const expectedB = (column * totalB) / total;
    statistic += (a[i]! - expectedA) ** 2 / expectedA + (b[i]! - expectedB) ** 2 / expectedB;
  }
  return { statistic, p: columns < 2 ? 1 : chiSquareSurvival(statistic, columns - 1) };
}

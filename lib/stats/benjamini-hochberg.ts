/**
 * p-values corrected for having asked many questions at once: Benjamini and Hochberg's procedure (1995). Calling
 * everything at or below q drifted makes at most the share q of these calls false, on average. It holds for
 * independent tests and for positively dependent ones (Benjamini and Yekutieli 2001), which features computed from
 * the same transactions are. Bonferroni's bound on a single false call would cost most of the power for a guarantee
 * nobody needs: a report is read by a person, and pages go by the size of the shift.
 *
 * @param values p-values, in any order
 * @returns the corrected values, in the same order; never smaller than the p-value, never larger than 1
 * @throws RangeError when a value is not between 0 and 1
 */
export function benjaminiHochberg(values: readonly number[]): number[] {
  const wrong = values.find((value) => !(value >= 0 && value <= 1));
  if (wrong !== undefined) throw new RangeError(`values: ${wrong} is no p-value; use numbers from 0 to 1`);
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const corrected = new Array<number>(values.length);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const i = order[rank - 1]!;
    least = Math.min(least, (values[i]! * values.length) / rank);
    corrected[i] = least;
  }
  return corrected;
}

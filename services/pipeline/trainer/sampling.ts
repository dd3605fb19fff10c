import type { Random } from '../../../lib/kit/random.ts';

/** The part of a seeded generator the trainer needs: uniform numbers in [0, 1). */
export type RandomSource = Pick<Random, 'next'>;

/**
 * Orders 0..n-1 so that `take` of them, chosen at random without replacement, come first and the others
 * follow, both ascending: one pass of selection sampling (Knuth, TAOCP volume 2, 3.4.2, algorithm S).
 *
 * @param order n entries, overwritten.
 */
export function chooseRows(order: Int32Array, take: number, random: RandomSource): void {
  const n = order.length;
  let chosen = 0;
  let others = take;
  for (let row = 0; row < n; row++) {
    if (take === n || (n - row) * random.next() < take - chosen) order[chosen++] = row;
    else order[others++] = row;
  }
}

/** `take` of the numbers 0..d-1, ascending. */
export function chooseFeatures(d: number, take: number, random: RandomSource): number[] {
  const order = new Int32Array(d);
  chooseRows(order, take, random);
  return Array.from(order.subarray(0, take));
}

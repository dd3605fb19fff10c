import { checkCounts } from './two-sample.ts';

/** The customary bands of a scorecard's stability (Siddiqi 2006, chapter 8). */
export const PSI_BANDS = { investigate: 0.1, act: 0.2 } as const;
export type PsiBand = 'stable' | 'investigate' | 'act';

/**
 * Population stability index: Σ (b - a) ln(b / a) over the shares of two samples in the same bins, the symmetrised
 * divergence of Kullback and Leibler (1951, Jeffreys' divergence). 0 when they are alike.
 *
 * Half a row is added to every bin of both samples (the prior of Jeffreys 1946), or an empty bin would make it
 * infinite. Without drift it is about (k - 1)(1/n + 1/m) for k bins and independent rows (Yurdakul and Naranjo 2020):
 * 0.09 for ten bins and 100 rows, which is why small windows say nothing.
 *
 * @param a counts of the baseline; need not be whole
 * @param b counts of what is compared with it
 * @throws RangeError when lengths differ or a sample is empty
 */
export function populationStabilityIndex(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [totalA, totalB] = checkCounts(a, b);
  const added = a.length * 0.5;
  let index = 0;
  for (let i = 0; i < a.length; i++) {
    const shareA = (a[i]! + 0.5) / (totalA + added);
    const shareB = (b[i]! + 0.5) / (totalB + added);
    index += (shareB - shareA) * Math.log(shareB / shareA);
  }
  return index;
}

export function psiBand(psi: number): PsiBand {
  if (psi > PSI_BANDS.act) return 'act';
  return psi > PSI_BANDS.investigate ? 'investigate' : 'stable';
}

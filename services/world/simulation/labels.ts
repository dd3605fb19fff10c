import { HOUR_MS } from '../../../lib/kit/clock.ts';
import type { Random } from '../../../lib/kit/random.ts';

export interface LabelDelay {
  /** Business hours until half of the labels are known. */
  medianHours: number;
  /** Business hours by which all are. */
  longestHours: number;
}

export const USUAL_DELAY: LabelDelay = { medianHours: 6, longestHours: 24 };
const SPREAD = 0.6;

/** Business ms until the bank learns what a transaction was: lognormal, cut at the longest delay. */
export function labelDelay(random: Random, { medianHours, longestHours }: LabelDelay = USUAL_DELAY): number {
  for (let attempt = 0; attempt < 16; attempt++) {
    const hours = medianHours * Math.exp(random.normal(0, SPREAD));
    if (hours <= longestHours) return Math.ceil(hours * HOUR_MS);
  }
  return longestHours * HOUR_MS;
}

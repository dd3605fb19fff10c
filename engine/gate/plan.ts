import type { CatalogueEntry } from '../catalogue.ts';
import { variantsOn } from '../contract/scenario.ts';
import { errors } from './errors.ts';

/** One variant of one scenario that goes through the gate. */
export interface Job {
  entry: CatalogueEntry;
  variant: string;
  /** It measures latency: nothing else may run meanwhile. */
  alone: boolean;
}

/** A scenario with this tag has the machine for itself. */
const LATENCY = 'latency';

/**
 * Which variants go through the gate, of those that can be played on the target.
 * @param wish `all`, `one` (the family's first, or `rotate` places further on), or a variant's name
 * @param rotate any whole number; a day's number makes every variant come round
 * @throws AppError GATE_UNKNOWN_VARIANT when no scenario has a variant of that name
 */
export function planOf(
  entries: readonly CatalogueEntry[],
  wish: string,
  { rotate = 0, target = 'local' }: { rotate?: number; target?: string } = {},
): Job[] {
  const jobs = entries.flatMap((entry) => {
    const names = variantsOn(entry.scenario, target);
    const wanted =
      wish === 'all'
        ? names
        : wish === 'one'
          ? [names[((rotate % names.length) + names.length) % names.length]!]
          : names.filter((name) => name === wish);
    const alone = entry.scenario.tags.includes(LATENCY);
    return wanted.map((variant) => ({ entry, variant, alone }));
  });
  if (jobs.length === 0 && entries.length > 0) {
    const known = entries.flatMap(({ scenario }) => variantsOn(scenario, target));
    throw errors.UNKNOWN_VARIANT(wish, [...new Set(known)].join(', '));
  }
  return jobs;
}

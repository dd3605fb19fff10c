import type { Baseline } from '../../../lib/contract/registry.ts';
import type { Scope, WindowCounts } from '../windows/window.ts';

/** Share of an hour's predictions whose transaction was dated in the hour before: the bank takes a moment to answer. */
const LATE_SHARE = 0.05;

/** What a window should look like when nothing has drifted, as a sample of the baseline's bins. */
export interface Reference {
  counts: Float64Array;
}

/**
 * The baseline as this window would have drawn from it: its segments' rows, at the window's hours.
 *
 *   hours     Σ_h share of the window's rows in hour h × distribution of the baseline in hour h
 *   segments  that, times distribution in the segment / distribution of all, bin by bin
 *
 * So a night is compared with nights and a channel with itself, whatever the mix. Both corrections are taken to be
 * independent of each other within a bin (one step of iterative proportional fitting, Deming and Stephan 1940). The
 * sample size is the effective one of a weighted sample (Kish 1965).
 *
 * @returns undefined when the baseline cannot tell: it knows no such segment, or no hours where only some are asked for
 */
export function referenceOf(
  baseline: Baseline,
  { region, channel }: Scope,
  { hours }: Pick<WindowCounts, 'hours'>,
  wholeDay: boolean,
): Reference | undefined {
  const { counts } = baseline;
  const total = sumOf(counts);
  if (total === 0) return undefined;
  const byHour = baseline.hours?.length === 24 ? atHours(baseline.hours, hours, counts.length) : undefined;
  if (!byHour && !wholeDay) return undefined;
  const shares = byHour?.shares ?? Float64Array.from(counts, (n) => n / total);
  let size = byHour?.size ?? total;

  const wanted = [region && `region:${region}`, channel && `channel:${channel}`].filter((name) => !!name);
  for (const name of wanted) {
    const segment = baseline.segments?.[name as string];
    const rows = segment?.length === counts.length ? sumOf(segment) : 0;
    if (!segment || rows === 0) return undefined;
    for (let b = 0; b < shares.length; b++) {
      // A bin nobody was in says nothing of how a segment differs there.
      shares[b]! *= counts[b] ? segment[b]! / rows / (counts[b]! / total) : 1;
    }
    size = Math.min(size, rows);
  }
  const scale = sumOf(shares);
  return scale === 0 ? undefined : { counts: shares.map((share) => (share / scale) * size) };
}

function atHours(hours: readonly number[][], predicted: Float64Array, bins: number) {
  const weights = predicted.map((w, h) => (1 - LATE_SHARE) * w + LATE_SHARE * predicted[(h + 1) % 24]!);
  const known = hours.map(sumOf);
  const weight = weights.reduce((sum, w, h) => sum + (known[h]! > 0 ? w : 0), 0);
  if (weight === 0) return undefined;
  const shares = new Float64Array(bins);
  let variance = 0;
  for (let h = 0; h < 24; h++) {
    if (known[h] === 0 || weights[h] === 0) continue;
    const share = weights[h]! / weight;
    variance += share ** 2 / known[h]!;
    for (let b = 0; b < bins; b++) shares[b]! += (share * hours[h]![b]!) / known[h]!;
  }
  return { shares, size: 1 / variance };
}

const sumOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
};

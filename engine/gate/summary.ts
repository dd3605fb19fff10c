import type { Gated, Step } from './document.ts';

/** From the injection to the page, over those whose page does not wait for labels; null without any. */
export function medianPageSeconds(
  variants: readonly Pick<Gated, 'page_seconds' | 'waits_for_labels'>[],
): number | null {
  const seconds = variants
    .flatMap(({ page_seconds, waits_for_labels }) =>
      page_seconds === null || waits_for_labels ? [] : [page_seconds],
    )
    .sort((a, b) => a - b);
  if (seconds.length === 0) return null;
  const middle = Math.floor(seconds.length / 2);
  return seconds.length % 2 === 1 ? seconds[middle]! : (seconds[middle - 1]! + seconds[middle]!) / 2;
}

/** How many steps of a kind passed, and how many there were. */
export function tally(steps: readonly Step[], kind: Step['kind']): { passed: number; of: number } {
  const all = steps.filter((step) => step.kind === kind);
  return { passed: all.filter(({ outcome }) => outcome === 'pass').length, of: all.length };
}

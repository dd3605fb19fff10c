/** Wall milliseconds before restart number `crashes` (from 1): the first at once, then doubling up to the bound. */
export const restartDelayMs = (crashes: number, firstMs = 500, boundMs = 8_000): number =>
  crashes <= 1 ? 0 : Math.min(firstMs * 2 ** (crashes - 2), boundMs);

/** A process that was ready for so long has proven itself: its crashes are forgotten. Wall milliseconds. */
export const PROVEN_AFTER_MS = 10_000;

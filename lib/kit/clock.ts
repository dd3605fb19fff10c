/** One business day in milliseconds of business time. */
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** The day the bank opens its doors: history lies before, live traffic after. A Monday. */
export const OPENING_DAY_MS = Date.UTC(2025, 2, 3);

export interface ClockSettings {
  /** Wall time, epoch ms, from which on business time runs; until then it stands at `businessEpochMs`. */
  wallEpochMs: number;
  /** Business time, epoch ms, at `wallEpochMs`. */
  businessEpochMs: number;
  /** Wall seconds one business day lasts; 86400 is real time. */
  daySeconds: number;
}

/** Business time: event timestamps, windows, freshness, label delay, nightly jobs. Latency is wall time, not this. */
export interface Clock {
  /** Business time now, epoch ms. */
  now(): number;
  /** Business time now, RFC 3339 with milliseconds. */
  iso(): string;
  /** Wall milliseconds that `businessMs` of business time last. */
  toWallMs(businessMs: number): number;
  readonly settings: ClockSettings;
}

/**
 * Every process gets the same epoch, so all agree on the business time without talking to each other.
 * While the platform is down nobody advances the epoch: business time stands still.
 */
export function createClock(settings: ClockSettings, wall: () => number = Date.now): Clock {
  const speed = 86_400 / settings.daySeconds;
  const now = () => {
    const sinceMs = Math.max(0, wall() - settings.wallEpochMs);
    return Math.floor(settings.businessEpochMs + sinceMs * speed);
  };
  return {
    now,
    iso: () => new Date(now()).toISOString(),
    toWallMs: (businessMs) => businessMs / speed,
    settings,
  };
}

/** Business midnight at or before `timeMs`. */
export const startOfDay = (timeMs: number): number => Math.floor(timeMs / DAY_MS) * DAY_MS;

/** `2025-03-03`, the name of the business day `timeMs` lies in. */
export const dayName = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10);

import { DAY_MS, HOUR_MS, startOfDay } from '../../../lib/kit/clock.ts';

/** How busy the shops are at each hour (UTC), against the day's mean. */
const HOURS = normalised([
  0.5, 0.42, 0.38, 0.38, 0.42, 0.52, 0.7, 0.9, 1.1, 1.15, 1.25, 1.35, 1.4, 1.35, 1.25, 1.25, 1.35, 1.5, 1.5,
  1.35, 1.15, 0.95, 0.75, 0.6,
]);
/** When stolen cards are used: thieves work nights too. */
const THIEVES = normalised([
  1.3, 1.4, 1.4, 1.3, 1.1, 0.8, 0.6, 0.6, 0.7, 0.8, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
  1.1, 1.2, 1.3,
]);
/** Sunday first, as Date counts. */
const WEEKDAYS = normalised([0.85, 0.95, 0.95, 0.98, 1.02, 1.12, 1.13]);

/** An upper bound of `season`, for thinning. */
export const BUSIEST = Math.max(...HOURS) * Math.max(...WEEKDAYS) * 1.08;
export const BUSIEST_THIEVES = Math.max(...THIEVES);

/** Legitimate payments at a moment against their long-run mean: hour, weekday, and money in the purse after payday. */
export function season(timeMs: number): number {
  const date = new Date(timeMs);
  const day = date.getUTCDate();
  const payday = day >= 27 || day <= 4 ? 1.08 : 0.965;
  return hourly(HOURS, timeMs) * WEEKDAYS[date.getUTCDay()]! * payday;
}

/** `curve` with hours and weekdays that show less: 1 leaves them as they are, 0 is its mean around the clock. */
export const swung = (curve: (timeMs: number) => number, swing: number): ((timeMs: number) => number) =>
  swing === 1 ? curve : (timeMs) => 1 + swing * (curve(timeMs) - 1);

/** Stolen cards put to use at a moment, against the day's mean. */
export const thievesSeason = (timeMs: number): number => hourly(THIEVES, timeMs);

export const isNight = (timeMs: number): boolean => (timeMs % DAY_MS) / HOUR_MS < 6;

/** Between the full hours the curve is straight, so that no feature jumps on the hour. */
function hourly(curve: readonly number[], timeMs: number): number {
  const hour = (timeMs - startOfDay(timeMs)) / HOUR_MS;
  const from = Math.floor(hour);
  const share = hour - from;
  return curve[from % 24]! * (1 - share) + curve[(from + 1) % 24]! * share;
}

function normalised(curve: readonly number[]): readonly number[] {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  return curve.map((value) => value / mean);
}

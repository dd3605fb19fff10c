import Type from 'typebox';
import { HOUR_MS } from '../../../lib/kit/clock.ts';
import { hash32 } from '../../../lib/kit/random.ts';

/** Parameter of shifts that do not come overnight. */
export const rampHours = Type.Number({
  default: 0,
  minimum: 0,
  maximum: 2_400,
  description: 'business hours until it has its full effect; it grows evenly',
});

/** Share of the effect at a business time: 0 before `sinceMs`, 1 from `hours` after it on. */
export const rampOf =
  (sinceMs: number, hours: number): ((timeMs: number) => number) =>
  (timeMs) =>
    timeMs < sinceMs ? 0 : hours === 0 ? 1 : Math.min(1, (timeMs - sinceMs) / (hours * HOUR_MS));

/** A number in [0, 1) that belongs to a text for good: who is early stays early while a share grows. */
export const placeOf = (text: string): number => hash32(text) / 2 ** 32;

import { parseEnv } from 'node:util';
import { type Clock, type ClockSettings, createClock, OPENING_DAY_MS } from '../../../lib/kit/clock.ts';

/** Business time as the container `clock` keeps it: who asks for it before that runs is told the opening day. */
export class FollowedClock implements Clock {
  #clock: Clock;

  constructor(daySeconds: number) {
    // An epoch in the future stands still.
    const wallEpochMs = Number.MAX_SAFE_INTEGER;
    this.#clock = createClock({ wallEpochMs, businessEpochMs: OPENING_DAY_MS, daySeconds });
  }

  get settings(): ClockSettings {
    return this.#clock.settings;
  }

  now(): number {
    return this.#clock.now();
  }

  iso(): string {
    return this.#clock.iso();
  }

  toWallMs(businessMs: number): number {
    return this.#clock.toWallMs(businessMs);
  }

  /** @param text what `node --env-file` gives the services */
  follow(text: string): void {
    const env = parseEnv(text);
    this.#clock = createClock({
      wallEpochMs: Number(env.CLOCK_WALL_EPOCH_MS),
      businessEpochMs: Number(env.CLOCK_BUSINESS_EPOCH_MS),
      daySeconds: Number(env.DRILL_DAY_SECONDS),
    });
  }
}

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type Clock, type ClockSettings, createClock, DAY_MS, OPENING_DAY_MS } from './clock.ts';

interface Saved {
  settings: ClockSettings;
  /** Business time, epoch ms, when this was written. */
  businessMs: number;
  /** False while the platform runs: then time may have gone on after the last line. */
  standing: boolean;
}

const SAVE_EVERY_MS = 1_000;

/**
 * Business time that outlives the processes: it runs while the platform is up and stands still while it is down.
 * Written every second, so a crash costs at most that.
 */
export class BusinessClock implements Clock {
  readonly #file: string;
  readonly #wall: () => number;
  readonly #timer: NodeJS.Timeout;
  #clock: Clock;

  constructor(file: string, daySeconds: number, wall: () => number = Date.now) {
    this.#file = file;
    this.#wall = wall;
    this.#clock = createClock(
      { wallEpochMs: wall(), businessEpochMs: load(file)?.businessMs ?? OPENING_DAY_MS, daySeconds },
      wall,
    );
    this.#save(false);
    this.#timer = setInterval(() => this.#save(false), SAVE_EVERY_MS).unref();
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

  /** From now on a business day lasts `daySeconds`. Processes learn it when they are started: none may be running. */
  pace(daySeconds: number): void {
    const settings = { wallEpochMs: this.#wall(), businessEpochMs: this.now(), daySeconds };
    this.#clock = createClock(settings, this.#wall);
    this.#save(false);
  }

  /**
   * From now on it is `businessMs`, epoch ms. Processes learn it when they are started: none may be running, and what
   * they know must be of that time.
   */
  turnTo(businessMs: number): void {
    const { daySeconds } = this.settings;
    const settings = { wallEpochMs: this.#wall(), businessEpochMs: businessMs, daySeconds };
    this.#clock = createClock(settings, this.#wall);
    this.#save(false);
  }

  /** Stands still for so many wall ms, and goes on from there. Processes learn it when they are started. */
  standFor(wallMs: number): void {
    const settings = {
      wallEpochMs: this.#wall() + wallMs,
      businessEpochMs: this.now(),
      daySeconds: this.settings.daySeconds,
    };
    this.#clock = createClock(settings, this.#wall);
    this.#save(false);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#save(true);
  }

  #save(standing: boolean): void {
    save(this.#file, { settings: this.settings, businessMs: this.now(), standing });
  }
}

/**
 * After a crash of the supervisor the services ran on until now, and made events with later times than the file
 * says; time must not run twice. Call when leftovers were ended.
 */
export function settleClock(file: string, wall: () => number = Date.now): void {
  const saved = load(file);
  if (!saved || saved.standing) return;
  save(file, { ...saved, businessMs: createClock(saved.settings, wall).now(), standing: true });
}

/** Makes `businessMs`, epoch ms, the time the next start goes on from. For when no clock runs. */
export function standClock(file: string, businessMs: number, wall: () => number = Date.now): void {
  const settings = { wallEpochMs: wall(), businessEpochMs: businessMs, daySeconds: DAY_MS / 1000 };
  save(file, { settings, businessMs, standing: true });
}

function load(file: string): Saved | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function save(file: string, saved: Saved): void {
  writeFileSync(`${file}.new`, JSON.stringify(saved));
  renameSync(`${file}.new`, file);
}

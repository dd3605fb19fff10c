/** The executors of the open model, as k6 scripts describe them. */
export interface Scenario {
  executor: string;
  exec?: string;
  rate?: number;
  startRate?: number;
  timeUnit?: string;
  duration?: string;
  stages?: { target: number; duration: string }[];
  preAllocatedVUs?: number;
  maxVUs?: number;
}

/** One stretch of time over which the rate goes in a line from one value to another, requests a second. */
interface Stretch {
  seconds: number;
  from: number;
  to: number;
}

/** When requests are due, whatever became of the ones before. */
export class Arrivals {
  readonly seconds: number;
  /** Requests a second at most. */
  readonly peak: number;
  readonly #stretches: Stretch[];

  /** @throws Error naming an executor that is not of the open model */
  constructor(scenario: Scenario) {
    this.#stretches = stretchesOf(scenario);
    this.seconds = this.#stretches.reduce((sum, { seconds }) => sum + seconds, 0);
    this.peak = Math.max(
      ...this.#stretches.flatMap(({ seconds, from, to }) => (seconds > 0 ? [from, to] : [])),
    );
  }

  /** How many are due within the first `seconds` of a run: what lies below the line of the rate. */
  dueAfter(seconds: number): number {
    let left = Math.max(0, seconds);
    let due = 0;
    for (const { seconds: long, from, to } of this.#stretches) {
      const passed = Math.min(left, long);
      const now = long > 0 ? from + ((to - from) * passed) / long : to;
      due += ((from + now) / 2) * passed;
      left -= passed;
    }
    return Math.floor(due + 1e-9);
  }
}

function stretchesOf(scenario: Scenario): Stretch[] {
  const unit = secondsOf(scenario.timeUnit ?? '1s');
  if (scenario.executor === 'constant-arrival-rate') {
    const rate = (scenario.rate ?? 0) / unit;
    return [{ seconds: secondsOf(scenario.duration ?? '0s'), from: rate, to: rate }];
  }
  if (scenario.executor === 'ramping-arrival-rate') {
    let from = (scenario.startRate ?? 0) / unit;
    return (scenario.stages ?? []).map(({ target, duration }) => {
      const stretch = { seconds: secondsOf(duration), from, to: target / unit };
      from = stretch.to;
      return stretch;
    });
  }
  throw new Error(
    `the built-in run has constant-arrival-rate and ramping-arrival-rate, not ${scenario.executor}; install k6 for it`,
  );
}

const UNITS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** `1m30s`, `250ms`. @throws Error when it is neither */
function secondsOf(duration: string): number {
  const parts = [...duration.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== duration) {
    throw new Error(`${duration} is not a duration such as 30s or 1m30s`);
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * UNITS[unit!]!, 0);
}

/** How often and how long a session looks, wall milliseconds. */
export interface Timing {
  /** Between two looks at the steady state. */
  steadyMs: number;
  /** Until a bank that is not healthy is given up. One that was started on a slow machine has a day to catch up on. */
  steadyDeadlineMs: number;
  /** Between two samples of the recovery. */
  sampleMs: number;
  /** Between two looks at whether something has been decided. */
  lookMs: number;
  /** What a mitigation that is catching up gets to show its first good sample. */
  settleMs: number;
}

export const TIMING: Timing = {
  steadyMs: 1_000,
  steadyDeadlineMs: 90_000,
  sampleMs: 2_000,
  lookMs: 500,
  settleMs: 20_000,
};

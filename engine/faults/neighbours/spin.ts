/** Turns between two looks at the clock. */
const ROUND = 10_000;
/** The compiler is done with the loop after some of them. */
const MEASUREMENTS = 12;
/** Processor time, ms. */
const MEASURED_MS = 20;

/** Keeps a core busy with a loop of additions until `over` says so. @returns turns of the loop */
export function spin(over: () => boolean): number {
  let turns = 0;
  let sum = 0;
  do {
    for (let i = 0; i < ROUND; i++) sum = (sum * 31 + i) | 0;
    turns += ROUND;
  } while (!over());
  return turns;
}

/** How quick a core is: turns in a second of processor time, so that it does not matter who else wants it now. */
export function turnsPerSecond(): number {
  let best = 0;
  for (let i = 0; i < MEASUREMENTS; i++) {
    const begun = spentMs();
    const turns = spin(() => spentMs() - begun >= MEASURED_MS);
    best = Math.max(best, (1_000 * turns) / (spentMs() - begun));
  }
  return best;
}

const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

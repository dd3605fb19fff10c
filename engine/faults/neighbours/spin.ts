/** Turns between two looks at the clock. */
const ROUND = 10_000;
/** Processor time, ms, for the compiler to have seen the loop, and for measuring it. */
const WARM_MS = 100;
const MEASURED_MS = 50;

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
  turnsWithin(WARM_MS);
  return turnsWithin(MEASURED_MS);
}

function turnsWithin(ms: number): number {
  const begun = spentMs();
  const turns = spin(() => spentMs() - begun >= ms);
  return (1_000 * turns) / (spentMs() - begun);
}

const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

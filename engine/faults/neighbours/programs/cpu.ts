import { beNeighbour } from '../companion.ts';

export interface CpuOptions {
  /** Share of the time one core is kept busy. */
  duty: number;
}

/** Short enough that a share of it looks like a steady load in every sampling interval. */
const PERIOD_MS = 100;

await beNeighbour<CpuOptions>(({ duty }) => {
  const turn = () => {
    const until = performance.now() + PERIOD_MS * duty;
    let sum = 0;
    while (performance.now() < until) for (let i = 0; i < 10_000; i++) sum = (sum * 31 + i) | 0;
    // At full duty too: timers have to have their turn.
    setTimeout(turn, PERIOD_MS * (1 - duty));
  };
  setTimeout(turn);
});

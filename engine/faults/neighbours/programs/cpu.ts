import { beNeighbour } from '../companion.ts';
import { spin } from '../spin.ts';

export interface CpuOptions {
  /** Share of the time one core is kept busy. */
  duty: number;
  /** Wall clock, epoch ms: until then it only is there. */
  beginsAt: number;
}

/** Short enough that a share of it looks like a steady load in every sampling interval. */
const PERIOD_MS = 100;

await beNeighbour<CpuOptions>(({ duty, beginsAt }) => {
  const turn = () => {
    const until = performance.now() + PERIOD_MS * duty;
    spin(() => performance.now() >= until);
    // At full duty too: timers have to have their turn.
    setTimeout(turn, PERIOD_MS * (1 - duty));
  };
  setTimeout(turn, Math.max(0, beginsAt - Date.now()));
});

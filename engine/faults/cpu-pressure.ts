import { availableParallelism } from 'node:os';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { NEUTRAL_TITLE, Neighbours, type NeighbourUndo } from './neighbours/neighbours.ts';
import type { CpuOptions } from './neighbours/programs/cpu.ts';
import { turnsPerSecond } from './neighbours/spin.ts';

/** Each takes some ten megabytes. */
const MOST_PROCESSES = 128;
/** Wall ms of a core that one of them takes to come up, at most. */
const COMES_UP_MS = 200;

interface CpuPressure {
  title: string;
  processes: number;
  leaves: number;
  duty: number;
}

export default defineFault<CpuPressure>({
  describe: 'Programs of another team on the same machine that want the processor.',
  arguments: {
    title: Type.String({ pattern: NEUTRAL_TITLE, default: 'index-builder', description: 'what `ps` shows' }),
    processes: Type.Integer({ minimum: 1, maximum: MOST_PROCESSES, default: 1 }),
    leaves: Type.Number({
      minimum: 0,
      default: 0,
      description: `instead of processes: million turns of a loop that a core has left in a second for whoever wants it beside them, so that a quick machine gets more of them; ${MOST_PROCESSES} at most; 0: so many as processes says`,
    }),
    duty: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
      description: 'share of the time each of them is busy',
    }),
  },
  async inject({ scratch }, { title, processes, leaves, duty }): Promise<NeighbourUndo[]> {
    const neighbours = new Neighbours(scratch);
    const cores = availableParallelism();
    const wanted = leaves > 0 ? processesThatLeave(leaves, turnsPerSecond() / 1e6, cores) : processes;
    // Together: the first ones would leave the last ones no processor to come up on.
    const options: CpuOptions = { duty, beginsAt: Date.now() + (COMES_UP_MS * wanted) / cores };
    return Promise.all(
      Array.from({ length: wanted }, () => neighbours.start({ title, program: 'cpu', options })),
    );
  },
  async clear({ scratch }, { title }, undo) {
    const neighbours = new Neighbours(scratch);
    if (!undo) return void (await neighbours.endAll(title));
    await Promise.all((undo as NeighbourUndo[]).map((one) => neighbours.end(one)));
  },
  async rearm({ scratch }, _, undo) {
    for (const one of undo as NeighbourUndo[]) await new Neighbours(scratch).resume(one);
  },
});

/**
 * Processes that share their cores fairly with one more: it gets 1 / (1 + those on its core) of what a core does.
 * @param leaves and `speed`: million turns a second
 */
export function processesThatLeave(leaves: number, speed: number, cores: number): number {
  const onEach = Math.max(1, Math.round(speed / leaves) - 1);
  return Math.min(onEach * cores, MOST_PROCESSES);
}

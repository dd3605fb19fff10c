import { availableParallelism } from 'node:os';
import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { NEUTRAL_TITLE, Neighbours, type NeighbourUndo } from './neighbours/neighbours.ts';
import type { CpuOptions } from './neighbours/programs/cpu.ts';

const MOST_PROCESSES = 64;

interface CpuPressure {
  title: string;
  processes: number;
  perCore: boolean;
  duty: number;
}

export default defineFault<CpuPressure>({
  describe: 'Programs of another team on the same machine that want the processor.',
  arguments: {
    title: Type.String({ pattern: NEUTRAL_TITLE, default: 'index-builder', description: 'what `ps` shows' }),
    processes: Type.Integer({ minimum: 1, maximum: MOST_PROCESSES, default: 1 }),
    perCore: Type.Boolean({
      default: false,
      description: `as many for each core of the machine, ${MOST_PROCESSES} in all at most`,
    }),
    duty: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
      description: 'share of the time each of them is busy',
    }),
  },
  async inject({ scratch }, { title, processes, perCore, duty }): Promise<NeighbourUndo[]> {
    const neighbours = new Neighbours(scratch);
    const options: CpuOptions = { duty };
    const started: NeighbourUndo[] = [];
    const wanted = perCore ? Math.min(processes * availableParallelism(), MOST_PROCESSES) : processes;
    for (let i = 0; i < wanted; i++) started.push(await neighbours.start({ title, program: 'cpu', options }));
    return started;
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

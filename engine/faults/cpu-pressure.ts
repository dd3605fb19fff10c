import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { NEUTRAL_TITLE, Neighbours, type NeighbourUndo } from './neighbours/neighbours.ts';
import type { CpuOptions } from './neighbours/programs/cpu.ts';

interface CpuPressure {
  title: string;
  cores: number;
  duty: number;
}

export default defineFault<CpuPressure>({
  describe:
    'Programs of another team on the same machine that want the processor: one process for each core.',
  arguments: {
    title: Type.String({ pattern: NEUTRAL_TITLE, default: 'index-builder', description: 'what `ps` shows' }),
    cores: Type.Integer({ minimum: 1, maximum: 64, default: 1, description: 'processes' }),
    duty: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: 1,
      description: 'share of the time each of them is busy',
    }),
  },
  async inject({ scratch }, { title, cores, duty }): Promise<NeighbourUndo[]> {
    const neighbours = new Neighbours(scratch);
    const options: CpuOptions = { duty };
    const started: NeighbourUndo[] = [];
    for (let i = 0; i < cores; i++) started.push(await neighbours.start({ title, program: 'cpu', options }));
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

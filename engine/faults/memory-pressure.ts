import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';
import { NEUTRAL_TITLE, Neighbours, type NeighbourUndo } from './neighbours/neighbours.ts';
import type { MemoryOptions } from './neighbours/programs/memory.ts';

interface MemoryPressure {
  title: string;
  megabytes: number;
}

export default defineFault<MemoryPressure>({
  describe: 'A program of another team on the same machine that holds memory and keeps using it.',
  arguments: {
    title: Type.String({ pattern: NEUTRAL_TITLE, default: 'search-cache', description: 'what `ps` shows' }),
    megabytes: Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'MiB it holds' }),
  },
  async inject({ scratch }, { title, megabytes }): Promise<NeighbourUndo> {
    const options: MemoryOptions = { megabytes };
    return new Neighbours(scratch).start({ title, program: 'memory', options });
  },
  async clear({ scratch }, { title }, undo) {
    const neighbours = new Neighbours(scratch);
    if (undo) await neighbours.end(undo as NeighbourUndo);
    else await neighbours.endAll(title);
  },
  async rearm({ scratch }, _, undo) {
    await new Neighbours(scratch).resume(undo as NeighbourUndo);
  },
});

import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';

interface Scale {
  workload: string;
  replicas: number;
}

interface Undo {
  replicas: number;
}

/** Whoever follows the workload is told, and restarts where it has to: the way of `./drill scale`. */
export default defineFault<Scale>({
  describe:
    'A workload gets another number of replicas. Sets up a posture, too: a part that has none by default.',
  // A snapshot brings back what was wanted of each workload.
  heldBySnapshot: true,
  arguments: {
    workload: Type.String({ minLength: 1 }),
    replicas: Type.Integer({ minimum: 0, maximum: 16, description: 'how many there are to be' }),
  },
  async inject({ target }, { workload, replicas }): Promise<Undo | undefined> {
    const before = (await target.list()).find(({ name }) => name === workload)?.desired;
    await target.scale(workload, replicas);
    return before === undefined ? undefined : { replicas: before };
  },
  async clear({ target }, { workload }, undo) {
    const wanted = (undo as Undo | undefined)?.replicas;
    const now = (await target.list()).find(({ name }) => name === workload)?.desired;
    if (wanted !== undefined && now !== wanted) await target.scale(workload, wanted);
  },
});

import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';

/** For durability replays (does the cure survive it?) and as a decoy. Nothing stays of it, so nothing is undone. */
export default defineFault<{ workloads: string[] }>({
  describe: 'One or more workloads are restarted in the ordinary way, one after the other.',
  arguments: {
    workloads: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'in the order in which they are restarted; each is ready before the next one',
    }),
  },
  async inject({ target }, { workloads }) {
    for (const workload of workloads) await target.restart(workload);
  },
  async clear() {},
});

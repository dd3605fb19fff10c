import Type from 'typebox';
import { defineFault } from '../contract/parts.ts';

/**
 * Every replica stops in the middle of what it does (SIGSTOP): its ports stay open and nothing answers. A restart
 * helps, because the new process is another one; so there is nothing to begin again after a crash of the engine,
 * which starts every process anew.
 */
export default defineFault<{ workload: string }>({
  describe: 'A workload freezes: alive, connected, and silent.',
  arguments: { workload: Type.String({ minLength: 1 }) },
  async inject({ target }, { workload }) {
    await target.pause(workload);
  },
  async clear({ target }, { workload }) {
    await target.resume(workload);
  },
});

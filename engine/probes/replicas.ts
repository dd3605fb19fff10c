import Type from 'typebox';
import { defineProbe } from '../contract/parts.ts';

/** What a bank pays for: processes that somebody wants to run, whether they do or not. */
export default defineProbe<{ workloads: string[] }>({
  describe: 'Replicas that some workloads together are to have.',
  unit: 'replicas',
  range: { min: 0 },
  arguments: { workloads: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }) },
  async read({ target }, { workloads }) {
    const wanted = (await target.list()).filter(({ name }) => workloads.includes(name));
    const value = wanted.reduce((sum, { desired }) => sum + desired, 0);
    return { value, detail: wanted.map(({ name, desired }) => `${desired} of ${name}`).join(', ') };
  },
});

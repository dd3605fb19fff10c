import { defineProbe } from '../contract/parts.ts';

export default defineProbe<Record<string, never>>({
  describe: 'Share of the wanted replicas that are ready, over everything the platform consists of.',
  unit: 'ratio',
  range: { min: 0, max: 1 },
  arguments: {},
  async read({ target }) {
    const workloads = await target.list();
    const desired = workloads.reduce((sum, workload) => sum + workload.desired, 0);
    const lacking = workloads.flatMap(({ name, desired, replicas }) => {
      const ready = replicas.filter(({ state }) => state === 'ready').length;
      return ready < desired ? [`${name} ${ready}/${desired}`] : [];
    });
    const ready = workloads.reduce(
      (sum, { replicas, desired }) =>
        sum + Math.min(desired, replicas.filter(({ state }) => state === 'ready').length),
      0,
    );
    return {
      value: desired === 0 ? undefined : ready / desired,
      detail: lacking.length === 0 ? `all ${desired} replicas ready` : `not ready: ${lacking.join(', ')}`,
    };
  },
});

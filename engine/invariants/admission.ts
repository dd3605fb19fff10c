import { defineInvariant } from '../contract/parts.ts';

const GUARDED = ['gateway', 'inference-eu', 'inference-us'] as const;

/** By workload: whether it turns away what it cannot bear. */
type Guards = Record<string, boolean>;

export default defineInvariant<Guards>({
  describe: 'Whoever said no under pressure still does.',
  async capture({ target }) {
    const guards = GUARDED.map(async (workload) => {
      const settings = await target.settings(workload);
      return [workload, settings['admission.enabled'] === true] as const;
    });
    return Object.fromEntries(await Promise.all(guards));
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return GUARDED.flatMap((workload) =>
      baseline[workload] && !now[workload] ? [`${workload} takes in everything, and did not before`] : [],
    );
  },
});

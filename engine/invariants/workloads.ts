import { defineInvariant } from '../contract/parts.ts';

export default defineInvariant<Record<string, number>>({
  describe: 'Every part of the platform is still there, with at least the replicas it had.',
  async capture({ target }) {
    return Object.fromEntries((await target.list()).map(({ name, desired }) => [name, desired]));
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, desired]) => {
      const left = now[name] ?? 0;
      return left < desired ? [`${name} had ${desired} replicas and has ${left}`] : [];
    });
  },
  async restore({ target }, baseline) {
    for (const { name, desired } of await target.list()) {
      if (baseline[name] !== undefined && baseline[name] !== desired)
        await target.scale(name, baseline[name]);
    }
  },
});

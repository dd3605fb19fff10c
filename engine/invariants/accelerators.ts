import { clusterOf } from '../cluster.ts';
import { defineInvariant } from '../contract/parts.ts';

const NAMESPACES = ['firedrill-eu', 'firedrill-us'];
const GPU = 'nvidia.com/gpu';

interface Asked {
  resources?: { requests?: Record<string, string> };
}

/** By namespace: GPUs a pod of inference asks for. */
type Gpus = Record<string, number>;

export default defineInvariant<Gpus>({
  describe:
    'Inference still asks for its GPUs: without one it would find room, and no customer an answer in time.',
  async capture(context) {
    const cluster = clusterOf(context);
    const each = NAMESPACES.map(async (namespace) => {
      const found = await cluster.get(`/apis/apps/v1/namespaces/${namespace}/deployments/inference`);
      const containers = (found?.spec.template.spec.containers ?? []) as Asked[];
      const sum = containers.reduce((all, { resources }) => all + Number(resources?.requests?.[GPU] ?? 0), 0);
      return [namespace, sum] as const;
    });
    return Object.fromEntries(await Promise.all(each));
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return NAMESPACES.flatMap((namespace) =>
      (now[namespace] ?? 0) < (baseline[namespace] ?? 0)
        ? [
            `a pod of ${namespace}/inference asked for ${baseline[namespace]} GPUs and asks for ${now[namespace]}`,
          ]
        : [],
    );
  },
});

import { clusterOf } from '../cluster.ts';
import { defineInvariant } from '../contract/parts.ts';

const NAMESPACES = ['firedrill-eu', 'firedrill-us'];

interface Asked {
  readinessProbe?: { httpGet?: { path?: string } };
}

/** By namespace: the path that says whether a pod may be sent to; null where nobody asks. */
type Paths = Record<string, string | null>;

export default defineInvariant<Paths>({
  describe: 'Pods of inference are asked whether they can answer before they get traffic. Target kubernetes.',
  async capture(context) {
    const cluster = clusterOf(context);
    const each = NAMESPACES.map(async (namespace) => {
      const found = await cluster.get(`/apis/apps/v1/namespaces/${namespace}/deployments/inference`);
      const [container] = (found?.spec.template.spec.containers ?? []) as Asked[];
      return [namespace, container?.readinessProbe?.httpGet?.path ?? null] as const;
    });
    return Object.fromEntries(await Promise.all(each));
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([namespace, before]) => {
      const after = now[namespace] ?? null;
      if (before === null || after === before) return [];
      const is = after === null ? 'is not asked any more' : `is asked at ${after}`;
      return [`${namespace}/inference was asked at ${before} whether it is ready, and ${is}`];
    });
  },
});

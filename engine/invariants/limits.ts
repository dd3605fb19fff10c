import { clusterOf } from '../cluster.ts';
import { defineInvariant } from '../contract/parts.ts';

const NAMESPACES = ['firedrill-eu', 'firedrill-us'];

interface Bounded {
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
}

/** By namespace: what a pod asks for and may not exceed, `limits memory`. */
type Bounds = Record<string, string[]>;

export default defineInvariant<Bounds>({
  describe: 'Pods of inference ask for what they need, and are held to what they may use. Target kubernetes.',
  async capture(context) {
    const cluster = clusterOf(context);
    const each = NAMESPACES.map(async (namespace) => {
      const found = await cluster.get(`/apis/apps/v1/namespaces/${namespace}/deployments/inference`);
      const [container] = (found?.spec.template.spec.containers ?? []) as Bounded[];
      const { requests = {}, limits = {} } = container?.resources ?? {};
      const names = Object.entries({ requests, limits }).flatMap(([kind, resources]) =>
        Object.keys(resources).map((resource) => `${kind} ${resource}`),
      );
      return [namespace, names.sort()] as const;
    });
    return Object.fromEntries(await Promise.all(each));
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([namespace, before]) => {
      const gone = before.filter((name) => !now[namespace]?.includes(name));
      return gone.length === 0 ? [] : [`${namespace}/inference had ${gone.join(', ')}, and has not any more`];
    });
  },
});

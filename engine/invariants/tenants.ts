import { clusterOf } from '../cluster.ts';
import { defineInvariant } from '../contract/parts.ts';
import type { Live } from '../targets/kubernetes/api.ts';

/** Namespaces of other teams on the same nodes. */
const OTHERS = ['firedrill-research'];

interface Tenant {
  wanted: number;
  available: number;
}

export default defineInvariant<Record<string, Tenant>>({
  describe:
    'Other teams on the same nodes have what they had: nobody was pushed out or made smaller. Target kubernetes.',
  async capture(context) {
    const cluster = clusterOf(context);
    const lists = await Promise.all(
      OTHERS.map((namespace) => cluster.list(`/apis/apps/v1/namespaces/${namespace}/deployments`)),
    );
    return Object.fromEntries(lists.flat().map((one) => [nameOf(one), tenantOf(one)]));
  },
  async violations(context, baseline) {
    const now = await this.capture(context);
    return Object.entries(baseline).flatMap(([name, before]) => {
      const { wanted = 0, available = 0 } = now[name] ?? {};
      if (wanted < before.wanted)
        return [`${name} was to have ${before.wanted} pods and is to have ${wanted}`];
      return available < before.available
        ? [`${name} had ${before.available} running pods and has ${available}`]
        : [];
    });
  },
});

const nameOf = ({ metadata }: Live): string => `${metadata.namespace}/${metadata.name}`;
const tenantOf = ({ spec, status }: Live): Tenant => ({
  wanted: spec.replicas,
  available: status?.availableReplicas ?? 0,
});

import { type Labels, type Manifest, type Selector, selects, type Workload } from './manifest.ts';

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: unknown;
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { port: number; protocol?: string }[];
}
interface Policy {
  namespace: string;
  podSelector: Selector;
  policyTypes: ('Ingress' | 'Egress')[];
  ingress?: Rule[];
  egress?: Rule[];
}
export type Direction = 'ingress' | 'egress';

/** NetworkPolicies of a set of manifests, evaluated the way a network plugin does. */
export class Network {
  readonly #policies: Policy[];
  readonly #namespaces: Map<string, Labels>;

  constructor(manifests: readonly Manifest[]) {
    this.#policies = manifests
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ spec, metadata }) => ({ ...spec, namespace: metadata.namespace! }));
    this.#namespaces = new Map(
      manifests
        .filter(({ kind }) => kind === 'Namespace')
        // Kubernetes gives every namespace this label.
        .map(({ metadata: { name, labels } }) => [name, { ...labels, 'kubernetes.io/metadata.name': name }]),
    );
  }

  /** Whether a pod may talk to nobody, or nobody to it, unless a policy says so. */
  isClosed(pod: Workload, direction: Direction): boolean {
    return this.#of(pod, direction).length > 0;
  }

  /** Ports at which `to` may be reached from `from`: what both ends allow. */
  ports(from: Workload, to: Workload): number[] {
    const out = this.#allowed(from, 'egress', to);
    const into = this.#allowed(to, 'ingress', from);
    return out.filter((port) => into.includes(port));
  }

  /** Ports that one end allows: what the other does not is dead or dangerous. */
  halfOpen(from: Workload, to: Workload): number[] {
    const out = this.#allowed(from, 'egress', to);
    const into = this.#allowed(to, 'ingress', from);
    return [...out.filter((port) => !into.includes(port)), ...into.filter((port) => !out.includes(port))];
  }

  #of(pod: Workload, direction: Direction): Policy[] {
    const type = direction === 'ingress' ? 'Ingress' : 'Egress';
    return this.#policies.filter(
      ({ namespace, podSelector, policyTypes }) =>
        namespace === pod.namespace && policyTypes.includes(type) && selects(podSelector, pod.labels),
    );
  }

  #allowed(pod: Workload, direction: Direction, other: Workload): number[] {
    return this.#of(pod, direction).flatMap((policy) =>
      (policy[direction] ?? [])
        .filter((rule) => (rule.from ?? rule.to)?.some((peer) => this.#is(peer, policy.namespace, other)))
        .flatMap(({ ports }) => ports?.map(({ port }) => port) ?? [Number.NaN]),
    );
  }

  #is({ podSelector = {}, namespaceSelector }: Peer, namespace: string, pod: Workload): boolean {
    const there = namespaceSelector
      ? selects(namespaceSelector, this.#namespaces.get(pod.namespace) ?? {})
      : pod.namespace === namespace;
    return there && selects(podSelector, pod.labels);
  }
}

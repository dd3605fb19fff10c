import { describe, expect, test } from 'vitest';
import { edge, flows } from './flows.ts';
import { type Manifest, workloadsOf } from './manifest.ts';
import { Network } from './policies.ts';
import { renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

const rendered = renderAll();
const cases = [
  ['k8s/overlays/kind', 'redis-log'],
  ['k8s/overlays/cloud', 'kafka'],
] as const;

const roleOf = ({ labels }: { labels: Record<string, string> }) => labels['app.kubernetes.io/name']!;

describe.skipIf(!rendered)(`the network (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  describe.each(cases)('of %s', (path, eventLog) => {
    const manifests = rendered?.[path] ?? [];
    const pods = workloadsOf(manifests);
    const network = new Network(manifests);
    const pairs = pods.flatMap((from) => pods.filter((to) => to !== from).map((to) => [from, to] as const));

    test('everybody is closed to both sides by default', () => {
      const open = pods.filter(
        (pod) => !network.isClosed(pod, 'ingress') || !network.isClosed(pod, 'egress'),
      );
      expect(open.map(({ id }) => id)).toEqual([]);
    });

    test('policies allow the data flow, and nothing else', () => {
      const allowed = pairs.flatMap(([from, to]) =>
        network.ports(from, to).map((port) => edge(roleOf(from), roleOf(to), port)),
      );
      expect([...new Set(allowed)].sort()).toEqual(flows(eventLog));
    });

    test('no policy allows at one end what the other refuses', () => {
      const half = pairs.flatMap(([from, to]) =>
        network.halfOpen(from, to).map((port) => `${from.id} -> ${to.id}:${port}`),
      );
      expect(half).toEqual([]);
    });

    test('the regions do not reach each other, and both are reached', () => {
      const inference = pods.filter((pod) => roleOf(pod) === 'inference');
      const gateway = pods.find((pod) => roleOf(pod) === 'gateway')!;
      expect(inference.map(({ namespace }) => namespace)).toEqual(['firedrill-eu', 'firedrill-us']);
      expect(network.ports(inference[0]!, inference[1]!)).toEqual([]);
      for (const pod of inference) expect(network.ports(gateway, pod)).toEqual([8080]);
    });

    test('every address in a manifest is an edge of the data flow, at a port its Service has', () => {
      const known = new Set(flows(eventLog).map((text) => text.replace(/:\d+$/, '')));
      const wrong = addressesOf(manifests).filter(({ from, host, port }) => {
        const service = serviceOf(manifests, from.namespace, host);
        if (!service?.spec.ports.some((one: { port: number }) => one.port === port)) return true;
        return !known.has(`${roleOf(from)} -> ${service.spec.selector['app.kubernetes.io/name']}`);
      });
      expect(wrong.map(({ from, host, port }) => `${from.id}: ${host}:${port}`)).toEqual([]);
      expect(addressesOf(manifests).length).toBeGreaterThan(20);
    });

    test('Services select pods, at a port they listen on', () => {
      const services = manifests.filter(({ kind }) => kind === 'Service');
      for (const { metadata, spec } of services) {
        const chosen = pods.filter(
          ({ namespace, labels, kind }) =>
            namespace === metadata.namespace &&
            kind !== 'Job' &&
            Object.entries(spec.selector).every(([key, value]) => labels[key] === value),
        );
        expect(chosen, metadata.name).toHaveLength(1);
        const ports = chosen[0]!.containers.flatMap((container) => container.ports ?? []);
        for (const { targetPort } of spec.ports) {
          expect(
            ports.map(({ name }) => name),
            metadata.name,
          ).toContain(targetPort);
        }
      }
    });
  });
});

/** Every `scheme://host:port` in the environment, commands and arguments of our pods, and in the shared settings. */
function addressesOf(manifests: readonly Manifest[]) {
  const settings = new Map(
    manifests
      .filter(({ kind }) => kind === 'ConfigMap')
      .map(({ metadata, data }) => [`${metadata.namespace}/${metadata.name}`, JSON.stringify(data ?? {})]),
  );
  return workloadsOf(manifests).flatMap((from) =>
    [...from.initContainers, ...from.containers].flatMap(({ env, envFrom, command, args }) => {
      const shared = (envFrom ?? []).map(({ configMapRef }) =>
        settings.get(`${from.namespace}/${configMapRef?.name}`),
      );
      const text = JSON.stringify([env, command, args, shared]);
      return [...text.matchAll(/\b(?:http|redis|kafka):\/\/([a-z.-]+):(\d+)/g)].map(([, host, port]) => ({
        ...{ from, host: host!, port: Number(port) },
      }));
    }),
  );
}

const serviceOf = (manifests: readonly Manifest[], home: string, host: string) => {
  const [name, namespace = home] = host.split('.');
  return manifests.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === name && metadata.namespace === namespace,
  );
};

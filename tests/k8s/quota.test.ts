import { describe, expect, test } from 'vitest';
import { type Container, isLasting, type Manifest, type Workload, workloadsOf } from './manifest.ts';
import { quantity } from './quantity.ts';
import { APPLIED, renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

const rendered = renderAll();

const RESOURCES = [
  ['requests.cpu', ({ resources }: Container) => resources!.requests!.cpu!],
  ['requests.memory', ({ resources }: Container) => resources!.requests!.memory!],
  ['limits.memory', ({ resources }: Container) => resources!.limits!.memory!],
] as const;

/** What one pod counts for: its containers together, or its largest init container. */
const countOf = ({ containers, initContainers }: Workload, read: (container: Container) => string): number =>
  Math.max(
    containers.reduce((sum, one) => sum + quantity(read(one)), 0),
    ...initContainers.map((one) => quantity(read(one))),
  );

/** The most pods there can be at a time: what the autoscaler may ask for, and one more while rolling out. */
function mostOf(workload: Workload, manifests: readonly Manifest[]): number {
  const scaler = manifests.find(
    ({ kind, metadata, spec }) =>
      kind === 'HorizontalPodAutoscaler' &&
      metadata.namespace === workload.namespace &&
      spec.scaleTargetRef.name === workload.name,
  );
  const replicas = scaler?.spec.maxReplicas ?? workload.manifest.spec.replicas ?? 1;
  return workload.kind === 'Deployment' ? replicas + 1 : replicas;
}

describe.skipIf(!rendered)(`quotas (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  describe.each(['k8s/overlays/kind', 'k8s/overlays/cloud'] as const)('of %s', (path) => {
    const manifests = rendered?.[path] ?? [];
    const pods = workloadsOf(manifests);
    const quotas = manifests.filter(({ kind }) => kind === 'ResourceQuota');

    test.each(quotas.map((quota) => [quota.metadata.namespace!, quota] as const))(
      '%s fits at its largest',
      (namespace, { spec }) => {
        for (const [resource, read] of RESOURCES) {
          const wanted = pods
            .filter((pod) => pod.namespace === namespace)
            .reduce((sum, pod) => sum + mostOf(pod, manifests) * countOf(pod, read), 0);
          expect(wanted, resource).toBeLessThanOrEqual(quantity(spec.hard[resource]));
        }
        const claims = pods
          .filter((pod) => pod.namespace === namespace && isLasting(pod))
          .flatMap(({ manifest }) => manifest.spec.volumeClaimTemplates ?? []);
        const own = manifests.filter(
          ({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.namespace === namespace,
        );
        const room = Number(spec.hard.persistentvolumeclaims ?? 0);
        expect(claims.length + own.length).toBeLessThanOrEqual(room);
      },
    );
  });

  test.each(APPLIED)(
    'no container of %s asks for more than the limit range of its namespace allows',
    (path) => {
      const ranges = new Map(
        rendered!['k8s/overlays/kind']
          .filter(({ kind }) => kind === 'LimitRange')
          .map(({ metadata, spec }) => [metadata.namespace, quantity(spec.limits[0].max.memory)]),
      );
      for (const { id, namespace, containers, initContainers } of workloadsOf(rendered![path])) {
        for (const { resources, name } of [...containers, ...initContainers]) {
          const limit = quantity(resources!.limits!.memory!);
          expect(limit, `${id} ${name}`).toBeLessThanOrEqual(ranges.get(namespace)!);
          expect(quantity(resources!.requests!.memory!), `${id} ${name}`).toBeLessThanOrEqual(limit);
        }
      }
    },
  );
});

test('quantities', () => {
  expect(['250m', '2', '1536Mi', '10Gi', '1.5G'].map(quantity)).toEqual([
    0.25,
    2,
    1536 * 2 ** 20,
    10 * 2 ** 30,
    1.5e9,
  ]);
  expect(() => quantity('much')).toThrow('much is no quantity');
  expect(() => quantity('3Zi')).toThrow('3Zi is no quantity');
});

import { describe, expect, test } from 'vitest';
import { selects, type Workload, workloadsOf } from './manifest.ts';
import { renderAll, WITHOUT_KUSTOMIZE } from './render.ts';

const rendered = renderAll();

const claimsOf = ({ pod }: Workload): string[] =>
  (pod.volumes ?? []).flatMap(
    ({ persistentVolumeClaim: claim }: { persistentVolumeClaim?: { claimName: string } }) =>
      claim ? [claim.claimName] : [],
  );

/** Whether its pods can only go to a node where one of `other` is. */
const mustBeWith = ({ pod, namespace }: Workload, other: Workload): boolean =>
  namespace === other.namespace &&
  (pod.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
    ({ topologyKey, labelSelector }: { topologyKey: string; labelSelector: object }) =>
      topologyKey === 'kubernetes.io/hostname' && selects(labelSelector, other.labels),
  );

describe.skipIf(!rendered)(`disks (${rendered ? 'rendered' : WITHOUT_KUSTOMIZE})`, () => {
  describe.each(['k8s/overlays/kind', 'k8s/overlays/cloud'] as const)('of %s', (path) => {
    const pods = workloadsOf(rendered?.[path] ?? []);
    const shared = [...new Set(pods.flatMap(claimsOf))];

    test('there are some that several pods use', () => expect(shared).toEqual(['bank', 'world']));

    test.each(shared)('one node has all pods that use %s: no other could attach it', (claim) => {
      const users = pods.filter((pod) => claimsOf(pod).includes(claim));
      expect(users.length).toBeGreaterThan(1);
      const together = (host: Workload) =>
        users.every((user) => user.id === host.id || mustBeWith(user, host));
      expect(pods.some(together), `${users.map(({ id }) => id).join(', ')} may go to different nodes`).toBe(
        true,
      );
    });
  });
});

import { DISKS, disk, node } from '../support/cluster/hardware.ts';
import { type Manifest, workloadsOf } from './manifest.ts';

/** What an overlay is meant to stand on. */
const GROUNDS = {
  // A laptop that gives kind four cores and 5 GiB, less what the cluster's own pods ask for.
  'k8s/overlays/kind': { zones: ['a'], nodesPerZone: 1, cpu: '3', memory: '4Gi' },
  'k8s/overlays/cloud': { zones: ['a', 'b', 'c'], nodesPerZone: 2, cpu: '3500m', memory: '14Gi' },
};
export type Overlay = keyof typeof GROUNDS;

/** Disks somebody asks for, by the name and size of the claim. */
const claimsOf = (manifests: readonly Manifest[]): [name: string, size: string][] =>
  [
    ...manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim'),
    ...workloadsOf(manifests).flatMap(({ manifest, name }) =>
      ((manifest.spec.volumeClaimTemplates ?? []) as Manifest[]).map((claim) => ({
        ...claim,
        metadata: { name: `${claim.metadata.name}-${name}` },
      })),
    ),
  ].map(({ metadata, spec }) => [metadata.name, spec.resources.requests.storage]);

/** Nodes, a storage class, and of every disk one in each zone: which zone it is to be, is the scheduler's business. */
export function groundOf(
  overlay: Overlay,
  manifests: readonly Manifest[],
): { disks: object[]; nodes: ReturnType<typeof node>[] } {
  const { zones, nodesPerZone, cpu, memory } = GROUNDS[overlay];
  const claims = claimsOf(manifests);
  return {
    disks: [
      DISKS,
      ...zones.flatMap((zone) => claims.map(([name, size]) => disk(`${name}-${zone}`, size, zone))),
    ],
    nodes: zones.flatMap((zone) =>
      Array.from({ length: nodesPerZone }, (_, at) => node(`node-${zone}${at}`, { cpu, memory, zone })),
    ),
  };
}

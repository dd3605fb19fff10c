import type { Live } from '../../../engine/targets/kubernetes/api.ts';

/** Played nodes and disks: what a pod can be scheduled on. */
export interface NodeSize {
  /** `3`, `2500m` */
  cpu: string;
  /** `4Gi` */
  memory: string;
  zone?: string;
  /** `nvidia.com/gpu`, as a device plugin reports them. */
  gpus?: number;
}

export function node(name: string, { cpu, memory, zone = 'a', gpus }: NodeSize): Live {
  const room = { cpu, memory, pods: '110', ...(gpus === undefined ? {} : { 'nvidia.com/gpu': `${gpus}` }) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/zone': zone,
      },
    },
    status: { capacity: room },
  };
}

/** The default class of a cluster: a disk is taken where the first pod that needs it goes. */
export const DISKS = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
};

/** A disk that only nodes of one zone can attach. @param size `10Gi` */
export const disk = (name: string, size: string, zone = 'a'): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    capacity: { storage: size },
    accessModes: ['ReadWriteOnce'],
    storageClassName: DISKS.metadata.name,
    hostPath: { path: `/disks/${name}` },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] }] },
        ],
      },
    },
  },
});

import type { DrillContext } from './contract/parts.ts';
import type { KubeApi } from './targets/kubernetes/api.ts';

/** The cluster of a drill that has one. @throws Error where there is none */
export function clusterOf({ cluster, target }: Pick<DrillContext, 'cluster' | 'target'>): KubeApi {
  if (cluster) return cluster;
  throw new Error(
    `there is no cluster on target ${target.name}; start the platform with --target kubernetes`,
  );
}

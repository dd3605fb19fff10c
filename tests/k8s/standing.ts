import type { Live } from '../../engine/targets/kubernetes/api.ts';
import type { Kubectl } from '../support/cluster/kubectl.ts';

const nameOf = ({ kind, metadata: { namespace, name } }: Live) => `${kind} ${namespace}/${name}`;

const conditionOf = ({ status }: Live, type: string): { status: string; message?: string } | undefined =>
  (status?.conditions ?? []).find((one: { type: string }) => one.type === type);

/** Pods there should be: what an autoscaler wants at least, or the workload itself. */
function wantedOf({ metadata, spec }: Live, scalers: readonly Live[]): number {
  const scaler = scalers.find(
    (one) => one.metadata.namespace === metadata.namespace && one.spec.scaleTargetRef.name === metadata.name,
  );
  return scaler?.spec.minReplicas ?? spec.replicas;
}

/**
 * Everything that does not stand as its manifest says, with the cluster's own reason: workloads short of pods, pods
 * without a node, pods that were refused, jobs not done. Empty when all is well.
 */
export async function notStanding(kubectl: Kubectl): Promise<string[]> {
  const live = await kubectl.list(
    'deployments,statefulsets,replicasets,jobs,pods,horizontalpodautoscalers,persistentvolumeclaims',
  );
  const ofKind = (kind: string) => live.filter((one) => one.kind === kind);
  const scalers = ofKind('HorizontalPodAutoscaler');
  const short = [...ofKind('Deployment'), ...ofKind('StatefulSet')].flatMap((one) => {
    const [ready, wanted] = [one.status?.readyReplicas ?? 0, wantedOf(one, scalers)];
    return ready === wanted ? [] : [`${nameOf(one)}: ${ready} of ${wanted} pods ready`];
  });
  const refused = ofKind('ReplicaSet').flatMap((one) => {
    const failure = conditionOf(one, 'ReplicaFailure');
    return failure?.status === 'True' ? [`${nameOf(one)}: ${failure.message}`] : [];
  });
  const waiting = ofKind('Pod').flatMap((one) => {
    const scheduled = conditionOf(one, 'PodScheduled');
    return one.spec.nodeName ? [] : [`${nameOf(one)}: ${scheduled?.message ?? 'not seen by the scheduler'}`];
  });
  const undone = ofKind('Job').flatMap((one) =>
    conditionOf(one, 'Complete')?.status === 'True' ? [] : [`${nameOf(one)}: not complete`],
  );
  const unbound = ofKind('PersistentVolumeClaim').flatMap((one) =>
    one.status?.phase === 'Bound' ? [] : [`${nameOf(one)}: ${one.status?.phase}`],
  );
  return [...short, ...refused, ...waiting, ...undone, ...unbound];
}

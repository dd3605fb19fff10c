import type { Live } from './api.ts';

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** Whether every replica runs what the Deployment says now and can be sent to, as `kubectl rollout status` decides it. */
export function isRolledOut({ metadata, spec, status }: Live): boolean {
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  if (observedGeneration < (metadata.generation ?? 0)) return false;
  return [replicas, updatedReplicas, availableReplicas].every((count) => count === spec.replicas);
}

/** Why the cluster makes no further pods, a quota that is used up for example; undefined when it does. */
export function failureOf(deployment: Live | undefined): string | undefined {
  if (deployment?.spec?.paused) return 'its rollout is paused; kubectl rollout resume lets it go on';
  const conditions = (deployment?.status?.conditions ?? []) as Condition[];
  return conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True')?.message;
}

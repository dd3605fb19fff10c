import type { Replica } from '../target.ts';
import type { Live } from './api.ts';
import { containerOf, environmentOf } from './template.ts';

interface Refusal {
  reason: string;
  message: string;
}

/** What a container of a pod does, as a supervisor of processes says it. */
export type ContainerRun = Pick<Replica, 'state' | 'reasons' | 'restarts' | 'startedAt'> & {
  /** Its process, where it is one. */
  pid?: number | undefined;
  /** Why it cannot even be started: `ErrImagePull`. */
  refused?: Refusal;
  /** It has done what it was for: a job's. */
  completed?: true;
  /** Its pod was deleted, and it has been stopped. */
  stopped?: true;
};

/** A container that is started and never does anything: another team's. */
export const idle = (since: number): ContainerRun => ({
  state: 'ready',
  reasons: [],
  restarts: 0,
  startedAt: since,
});

/** In the environment of a container that is played: wall seconds until it has done what it was for. */
const WORKS_FOR = 'WORK_SECONDS';

/** Another team's container: it takes room until its work is done, and for good where nothing says how long that takes. */
export function working(pod: Live, since: number): () => ContainerRun {
  const seconds = Number(environmentOf(containerOf(pod))[WORKS_FOR] ?? Number.POSITIVE_INFINITY);
  const view = idle(since);
  return () => (Date.now() - since < seconds * 1_000 ? view : { ...view, completed: true });
}

type Condition = {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
};

/**
 * The status of a pod as a kubelet reports it, complete but for what the scheduler says.
 * @param now RFC 3339
 */
export function podStatus(pod: Live, run: ContainerRun, now: string): object {
  const ready = run.state === 'ready' && !run.completed && !run.stopped;
  const [{ name, image }] = pod.spec.containers as [{ name: string; image: string }];
  const known = (pod.status?.conditions ?? []) as Condition[];
  const condition = (type: string, holds: boolean): Condition => {
    const status = holds ? 'True' : 'False';
    const before = known.find((one) => one.type === type);
    const since = before?.status === status ? before.lastTransitionTime : now;
    const why = holds ? {} : { reason: 'ContainersNotReady', message: run.reasons.join(', ') };
    return { type, status, lastTransitionTime: since ?? now, ...why };
  };
  return {
    phase: phaseOf(pod, run),
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    startTime: pod.status?.startTime ?? now,
    conditions: [
      condition('PodReadyToStartContainers', run.refused === undefined),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: [
      {
        name,
        image,
        imageID: run.refused ? '' : image,
        ready,
        started: ready,
        restartCount: run.restarts,
        state: stateOf(run),
      },
    ],
  };
}

/** Of one that was stopped there is a last word: a job's pod may stay until its job has counted it, and holds nothing then. */
function phaseOf(pod: Live, run: ContainerRun): string {
  if (run.completed) return 'Succeeded';
  if (run.stopped) return 'Failed';
  return hasRun(pod, run) ? 'Running' : 'Pending';
}

/** A pod that has run once is never pending again. */
const hasRun = (pod: Live, { startedAt, restarts, state }: ContainerRun): boolean =>
  pod.status?.phase === 'Running' || startedAt !== undefined || restarts > 0 || state === 'backoff';

function stateOf(run: ContainerRun): object {
  if (run.refused) return { waiting: run.refused };
  if (run.completed) return { terminated: { exitCode: 0, reason: 'Completed' } };
  if (run.stopped) return { terminated: { exitCode: 143, reason: 'Error' } };
  if (run.state === 'backoff')
    return { waiting: { reason: 'CrashLoopBackOff', message: run.reasons.join(', ') } };
  if (run.startedAt === undefined)
    return { waiting: { reason: 'ContainerCreating', message: run.reasons.join(', ') } };
  return { running: { startedAt: new Date(run.startedAt).toISOString() } };
}

/** Why the scheduler has found no node for it; undefined once it has. */
export function whyUnscheduled(pod: Live): string | undefined {
  const conditions = (pod.status?.conditions ?? []) as Condition[];
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  if (pod.spec?.nodeName || scheduled?.status === 'True') return undefined;
  return scheduled?.message ?? 'waits for the scheduler';
}

/** Why a pod that is not run here yet waits: for the scheduler, or for what its node has said of it. */
export function whyWaiting(pod: Live): string {
  const [container] = (pod.status?.containerStatuses ?? []) as { state?: { waiting?: Refusal } }[];
  const { reason, message } = container?.state?.waiting ?? {};
  const refused = reason && `${reason}: ${message}`;
  return whyUnscheduled(pod) ?? refused ?? 'its node has not started it yet';
}

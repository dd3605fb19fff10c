import { setTimeout as delay } from 'node:timers/promises';
import { AppError, messageOf } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import type { KubeApi, Live, WatchEvent } from './api.ts';
import { type ContainerRun, podStatus } from './status.ts';
import type { RunningPod } from './usage.ts';

/** A pod that runs here. */
export interface Run {
  view(): ContainerRun;
  /** Its pod is being deleted: it is no part of anything any more, and will be stopped. */
  leave?(): void;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

export interface KubeletOptions {
  api: KubeApi;
  /** Nodes as they are to be, with `status.capacity`. */
  nodes: readonly Live[];
  /** Starts what a pod asks for. @throws AppError saying why its image cannot be had */
  run(pod: Live): Run;
  logger: Pick<Logger, 'warn'>;
}

const LOOK_MS = 250;
/** The node lifecycle controller waits forty seconds by default. */
const HEARTBEAT_MS = 10_000;
/** After this, what could not be started is tried again. */
const AGAIN_AFTER_MS = 5_000;
const GPU = 'nvidia.com/gpu';
/** Whose pod on a node makes its devices known. */
const DEVICE_PLUGIN = 'nvidia-device-plugin';
export const POD_LABEL = 'app.kubernetes.io/name';

const NO_IMAGE = 'KUBERNETES_UNKNOWN_IMAGE';

interface Known {
  pod: Live;
  run: Run | undefined;
  /** When it was last tried. */
  begunAt: number;
  /** What was last written about it. */
  told: string;
  stopping: boolean;
}

/**
 * The kubelets of nodes that are played: the nodes are there and live, what the scheduler puts on them is run, and what
 * becomes of it is reported. Everything else (scheduling, quotas, rollouts, eviction) is the cluster's own work.
 */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #known = new Map<string, Known>();
  readonly #gone = new AbortController();
  readonly #nodes: Map<string, { object: Live; told: string; at: number }>;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#nodes = new Map(options.nodes.map((object) => [object.metadata.name, { object, told: '', at: 0 }]));
  }

  /** Pods in all namespaces, on a node or not. */
  get pods(): Live[] {
    return [...this.#known.values()].map(({ pod }) => pod);
  }

  /** Those that are processes of this machine. */
  get running(): RunningPod[] {
    return [...this.#known.values()].flatMap(({ pod, run }) => {
      const pid = run?.view().pid;
      return pid === undefined ? [] : [{ pod, pid }];
    });
  }

  /** Makes the nodes that are not there. @throws AppError KUBERNETES_REFUSED */
  async open(): Promise<void> {
    const { api } = this.#options;
    for (const { object } of this.#nodes.values()) {
      const path = `/api/v1/nodes/${object.metadata.name}`;
      if (!(await api.get(path))) await api.create('/api/v1/nodes', { ...object, status: {} });
    }
    void api.watch(
      '/api/v1/pods',
      (event) => this.#seen(event),
      (all) => this.#relisted(all),
    );
    this.#loop = this.#report();
  }

  /** Ends what runs; nodes and pods stay in the cluster. */
  async close(): Promise<void> {
    this.#gone.abort();
    await this.#loop;
    await Promise.all([...this.#known.values()].map(({ run }) => run?.stop()));
  }

  #seen({ type, object: pod }: WatchEvent): void {
    const uid = pod.metadata.uid!;
    const known = this.#known.get(uid);
    if (type === 'DELETED') {
      this.#known.delete(uid);
      if (known && !known.stopping) void this.#end(known);
      return;
    }
    if (known) {
      known.pod = pod;
      if (pod.metadata.deletionTimestamp) known.run?.leave?.();
    } else this.#known.set(uid, { pod, run: undefined, begunAt: 0, told: '', stopping: false });
  }

  #relisted(all: readonly Live[]): void {
    const there = new Set(all.map(({ metadata }) => metadata.uid));
    for (const [uid, known] of this.#known) {
      if (there.has(uid)) continue;
      this.#known.delete(uid);
      if (!known.stopping) void this.#end(known);
    }
  }

  async #report(): Promise<void> {
    const { signal } = this.#gone;
    while (!signal.aborted) {
      await Promise.all([
        ...[...this.#known.values()].map((known) => this.#attend(known).catch(this.#failed)),
        ...[...this.#nodes.keys()].map((name) => this.#heartbeat(name).catch(this.#failed)),
      ]);
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** What the cluster does not take now it is told again in the next round. */
  readonly #failed = (error: unknown): void => {
    if (!this.#gone.signal.aborted) this.#options.logger.warn({ err: messageOf(error) }, 'not reported');
  };

  /** Whatever the pod needs from its kubelet now. */
  async #attend(known: Known): Promise<void> {
    const { pod } = known;
    if (!this.#nodes.has(pod.spec.nodeName) || known.stopping) return;
    if (pod.metadata.deletionTimestamp) {
      // Nobody waits for it: it may take as long as its last requests, and nodes have to be heard of meanwhile.
      void this.#farewell(known);
      return;
    }
    if (isOver(pod)) return;
    if (!known.run && gpusOf(pod) > 0 && !this.#hasDevices(pod.spec.nodeName)) {
      await this.#options.api.patch(`${pathOf(pod)}/status`, { status: NO_DEVICES });
      return;
    }
    const run = this.#running(known).view();
    const key = JSON.stringify([
      run.state,
      run.reasons,
      run.restarts,
      run.startedAt,
      run.refused,
      run.completed,
    ]);
    if (key === known.told) return;
    const status = podStatus(pod, run, new Date().toISOString());
    if (await this.#options.api.patch(`${pathOf(pod)}/status`, { status }, 'strategic-merge'))
      known.told = key;
  }

  #running(known: Known): Run {
    const { run, begunAt } = known;
    const now = Date.now();
    if (run && !(run.view().refused && now - begunAt > AGAIN_AFTER_MS)) return run;
    known.begunAt = now;
    known.run = this.#begin(known.pod);
    return known.run;
  }

  #begin(pod: Live): Run {
    try {
      return this.#options.run(pod);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const reason = error.code === NO_IMAGE ? 'ErrImagePull' : 'CreateContainerError';
      const refused = { reason, message: error.message };
      const view = {
        state: 'starting',
        reasons: [error.message],
        restarts: 0,
        startedAt: undefined,
        refused,
      };
      return { view: () => view as ContainerRun, stop: async () => {} };
    }
  }

  /** Ends what a deleted pod runs, and then there is no such pod. */
  async #farewell(known: Known): Promise<void> {
    const { pod } = known;
    try {
      await this.#end(known);
      await this.#lastWord(known);
      const preconditions = { uid: pod.metadata.uid };
      await this.#options.api.delete(pathOf(pod), { gracePeriodSeconds: 0, preconditions });
    } catch (error) {
      known.stopping = false;
      this.#failed(error);
    }
  }

  /** Where something keeps the pod from going, others see that it holds nothing any more. */
  async #lastWord({ pod, run }: Known): Promise<void> {
    if (!run || isOver(pod)) return;
    const status = podStatus(pod, { ...run.view(), stopped: true }, new Date().toISOString());
    await this.#options.api.patch(`${pathOf(pod)}/status`, { status }, 'strategic-merge');
  }

  async #end(known: Known): Promise<void> {
    known.stopping = true;
    await known.run?.stop();
  }

  async #heartbeat(name: string): Promise<void> {
    const node = this.#nodes.get(name)!;
    const capacity = node.object.status.capacity as Record<string, string>;
    const allocatable = { ...capacity };
    if (GPU in capacity && !this.#hasDevices(name)) allocatable[GPU] = '0';
    const told = JSON.stringify(allocatable);
    const at = Date.now();
    if (told === node.told && at - node.at < HEARTBEAT_MS) return;
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'the engine runs its pods',
    };
    const status = {
      capacity,
      allocatable,
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      nodeInfo: {
        kubeletVersion: 'firedrill',
        operatingSystem: process.platform,
        architecture: process.arch,
      },
      conditions: [{ ...ready, lastHeartbeatTime: new Date(at).toISOString() }],
    };
    if (!(await this.#options.api.patch(`/api/v1/nodes/${name}/status`, { status }, 'strategic-merge'))) {
      // Somebody deleted it; a kubelet registers again.
      await this.#options.api.create('/api/v1/nodes', { ...node.object, status: {} });
      return;
    }
    node.told = told;
    node.at = at;
  }

  /** Whether the node's device plugin runs. */
  #hasDevices(node: string): boolean {
    return [...this.#known.values()].some(
      ({ pod, run, stopping }) =>
        !stopping &&
        pod.spec.nodeName === node &&
        pod.metadata.labels?.[POD_LABEL] === DEVICE_PLUGIN &&
        run?.view().state === 'ready',
    );
  }
}

/** As a kubelet refuses a pod that the scheduler sent for devices which are not there. */
const NO_DEVICES = {
  phase: 'Failed',
  reason: 'UnexpectedAdmissionError',
  message: `Pod was rejected: Allocate failed due to no healthy devices present; cannot allocate unhealthy devices ${GPU}`,
};

/** Whether nothing of it will ever run again. */
export const isOver = ({ status }: Live): boolean => ['Succeeded', 'Failed'].includes(status?.phase);

interface Asking {
  resources?: { requests?: Record<string, string> };
}
const gpusOf = ({ spec }: Live): number =>
  (spec.containers as Asking[]).reduce(
    (sum, { resources }) => sum + Number(resources?.requests?.[GPU] ?? 0),
    0,
  );

const pathOf = ({ metadata }: Live): string =>
  `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;

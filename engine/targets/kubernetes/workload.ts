import { join } from 'node:path';
import { waitFor } from '../../../lib/kit/wait.ts';
import { errors as targetErrors } from '../errors.ts';
import { Changes } from '../local/changes.ts';
import type { LogSource } from '../local/logs.ts';
import { SupervisedProcess } from '../local/process.ts';
import type { Launch } from '../local/spec.ts';
import { lastWords, type ManagedWorkload, viewOf, type WorkloadOptions } from '../local/workload.ts';
import { protocolOf, reasonsNotReady } from '../readiness.ts';
import type { Replica, Revision, Workload } from '../target.ts';
import type { KubeApi, Live, WatchEvent } from './api.ts';
import { failureOf, isRolledOut } from './deployment.ts';
import { errors } from './errors.ts';
import { isOver, type Kubelet, POD_LABEL, type Run } from './kubelet.ts';
import { PodProcesses } from './processes.ts';
import { whyUnscheduled, whyWaiting } from './status.ts';
import { changeIn, codeOf, containerOf, environmentOf, probeOf, releaseOf, runsTheSame } from './template.ts';

/** Where a workload is in the cluster: a Deployment with one container of the same name. */
export interface Place {
  namespace: string;
  deployment: string;
}

export interface ClusterWorkloadOptions extends WorkloadOptions {
  place: Place;
  api: KubeApi;
  kubelet: Kubelet;
}

/** What is waited for after a change. */
interface Expecting {
  /**
   * Enough that some serve when there is no room for the others: a platform that was stopped in the middle of an incident
   * comes up in it.
   */
  serving?: boolean;
  /** What is being replaced. It may be broken; that may be why. */
  outgoing?: ReadonlySet<SupervisedProcess>;
}

/** As kubectl rollout restart does it. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
const CRASHES_ALLOWED = 3;
/** A pod that has found no node for so long will not find one by waiting. */
const ROOM_WITHIN_MS = 10_000;

/**
 * A workload whose replicas are the pods of a Deployment. How many there are and what they run is the cluster's business,
 * whoever changed it there: a change by kubectl becomes a revision like one by `./drill`. What runs is a process of this
 * machine for each pod that has a node.
 */
export class ClusterWorkload implements ManagedWorkload {
  readonly spec;
  readonly #options: ClusterWorkloadOptions;
  readonly #changes: Changes;
  readonly #processes: PodProcesses;
  #deployment: Live | undefined;
  /** The newest that we have written, or that is on record. */
  #known: Live | undefined;

  constructor(options: ClusterWorkloadOptions) {
    this.spec = options.spec;
    this.#options = options;
    const { name, maxReplicas: most } = options.spec;
    this.#changes = new Changes(name);
    this.#processes = new PodProcesses({ name, most, changed: () => options.onScale?.(name) });
  }

  /** Without those on their way out: nobody is to ask or tell them anything. */
  get replicas(): SupervisedProcess[] {
    return this.#processes.staying;
  }

  /** Ports of pods that may be sent to. */
  endpoints(): number[] {
    return this.replicas.flatMap(({ state, index }) => (state === 'ready' ? [this.spec.port + index] : []));
  }

  halt(): void {
    this.#changes.halt();
  }

  interrupt(): void {
    this.#changes.interrupt();
  }

  start(): Promise<void> {
    return this.#changes.exclusively(async () => {
      this.#ours(await this.#options.api.get(this.#path));
      this.#processes.allow();
      await this.#release({}, { serving: true });
    });
  }

  stop(): Promise<void> {
    return this.#changes.exclusively(() => this.#processes.still());
  }

  async end(): Promise<void> {
    this.interrupt();
    await this.#changes.exclusively(() => this.#processes.still(0));
    this.#changes.reopen();
  }

  scale(replicas: number): Promise<void> {
    return this.#changes.exclusively(async () => {
      this.#ours(await this.#options.api.patch(this.#path, { spec: { replicas } }));
      await this.#rolledOut();
    });
  }

  rollOut(): Promise<void> {
    return this.#changes.exclusively(() => {
      const outgoing = new Set(this.replicas);
      return this.#release({ [RESTARTED_AT]: new Date().toISOString() }, { outgoing });
    });
  }

  logSources(): LogSource[] {
    const count = Math.max(1, ...this.replicas.map(({ index }) => index + 1));
    return Array.from({ length: count }, (_, index) => ({ replica: index, file: this.#logFile(index) }));
  }

  launchOf(index: number): Launch {
    const { spec, revisions, releases } = this.#options;
    const revision = revisions.current(spec.name);
    return spec.launch({ index, port: spec.port + index, revision, root: releases.pathOf(revision.code) });
  }

  view(memory: ReadonlyMap<number, number>): Workload {
    const { spec, revisions, kubelet, place } = this.#options;
    const running = this.replicas.map((replica) => viewOf(replica, memory));
    const waiting = kubelet.pods.filter((pod) => this.owns(pod) && !isOver(pod) && !this.#processes.has(pod));
    let index = Math.max(-1, ...running.map((one) => one.index));
    const pending = waiting.map((pod): Replica => {
      index += 1;
      const reason = `pod ${pod.metadata.name} in ${place.namespace}: ${whyWaiting(pod)}`;
      return { ...NOT_RUNNING, index, reasons: [reason] };
    });
    return {
      name: spec.name,
      kind: spec.kind,
      url: `${protocolOf(spec.readiness)}://127.0.0.1:${spec.port}`,
      revision: revisions.current(spec.name).revision,
      desired: revisions.replicas(spec.name),
      replicas: [...running, ...pending],
    };
  }

  /**
   * Starts what a pod of this workload asks for.
   * @throws AppError KUBERNETES_UNKNOWN_IMAGE, KUBERNETES_FULL
   */
  run(pod: Live): Run {
    const { releases } = this.#options;
    const { image } = containerOf(pod);
    const code = codeOf(image);
    if (code === undefined || !releases.has(code)) throw errors.UNKNOWN_IMAGE(image);
    return this.#processes.run(pod, (index) => this.#make(pod, code, index));
  }

  owns({ metadata }: Live): boolean {
    const { namespace, deployment } = this.#options.place;
    return metadata.namespace === namespace && metadata.labels?.[POD_LABEL] === deployment;
  }

  /**
   * What happened to a Deployment. Who was not asked by us is put on record; not while the platform stands still, when the
   * record is being brought back itself and says what the Deployment is to be.
   */
  seen({ type, object }: WatchEvent): void {
    const { metadata } = object;
    const { place, spec, revisions } = this.#options;
    if (metadata.namespace !== place.namespace || metadata.name !== place.deployment) return;
    if (!this.#processes.allowed) return;
    if (!this.#isNews(object)) return;
    const known = this.#known;
    this.#deployment = type === 'DELETED' ? undefined : object;
    this.#known = this.#deployment;
    const replicas = (this.#deployment?.spec.replicas as number | undefined) ?? 0;
    if (revisions.replicas(spec.name) !== replicas) revisions.setReplicas(spec.name, replicas);
    // Another strategy, say, is no release; and what is on record may be on its way to the cluster.
    if (!this.#deployment || (known && runsTheSame(known, object))) return;
    const changed = changeIn(object, revisions.current(spec.name));
    if (changed) revisions.add(spec.name, changed.change, changed.code);
  }

  /** Not something from before what we have done or seen since. */
  #isNews({ metadata }: Live): boolean {
    const known = this.#known?.metadata;
    if (!known) return true;
    if (known.uid !== metadata.uid) return metadata.creationTimestamp! >= known.creationTimestamp!;
    return metadata.generation! >= known.generation!;
  }

  /** The current revision and number of replicas into the Deployment. @param annotations of the pods */
  async #release(annotations: Record<string, string>, expecting: Expecting): Promise<void> {
    const { api, revisions, spec, place } = this.#options;
    const replicas = revisions.replicas(spec.name);
    const change = releaseOf(revisions.current(spec.name), place.deployment, replicas, annotations);
    this.#ours(await api.patch(this.#path, change, 'strategic-merge'));
    await this.#rolledOut(expecting);
  }

  #ours(answer: Live | undefined): void {
    if (!answer) throw targetErrors.NOT_RUNNING(this.spec.name);
    this.#deployment = answer;
    if (this.#isNews(answer)) this.#known = answer;
  }

  /**
   * Every replica runs what the Deployment says now, and is ready.
   * @throws AppError TARGET_CRASHED, TARGET_NOT_READY: late, or with a pod for which there has been no room for a while
   */
  async #rolledOut({ serving = false, outgoing }: Expecting = {}): Promise<void> {
    const { name, startsWithinMs } = this.spec;
    const broken = () =>
      this.replicas.find(
        (one) => one.state !== 'ready' && one.crashes >= CRASHES_ALLOWED && !outgoing?.has(one),
      );
    let hadRoom = Date.now();
    const ended = async () => {
      this.#deployment = await this.#options.api.get(this.#path);
      if (!this.#lacksRoom()) hadRoom = Date.now();
      if (broken()) return 'stuck';
      const { replicas = 0 } = this.#deployment?.spec ?? {};
      if (this.#deployment && isRolledOut(this.#deployment) && this.#allReady(replicas)) return 'done';
      if (Date.now() - hadRoom < ROOM_WITHIN_MS) return false;
      return serving && this.endpoints().length > 0 ? 'done' : 'stuck';
    };
    const { signal } = this.#changes;
    const options = { deadlineMs: startsWithinMs, everyMs: 200, signal };
    const how = await waitFor(`${name} to be ready`, ended, options).catch((error) => {
      if (signal.aborted) throw error;
      return 'stuck';
    });
    if (how === 'done') return;
    const crashed = broken();
    if (crashed) throw targetErrors.CRASHED(name, await lastWords(this.#logFile(crashed.index), crashed));
    throw targetErrors.NOT_READY(name, startsWithinMs / 1000, this.#whyNot());
  }

  /** Whether some pod has no node, or is not even made, for want of quota or because the rollout is paused. */
  #lacksRoom(): boolean {
    const { kubelet } = this.#options;
    if (failureOf(this.#deployment)) return true;
    return kubelet.pods.some((pod) => this.owns(pod) && whyUnscheduled(pod) !== undefined);
  }

  /**
   * The cluster and this machine hear of each other a moment later: a pod that is deleted there may still be asked here,
   * and one that is ready here may not be known there.
   */
  #allReady(wanted: number): boolean {
    return this.replicas.length === wanted && this.replicas.every(({ state }) => state === 'ready');
  }

  #whyNot(): string {
    const waiting = this.view(new Map()).replicas.flatMap(({ state, reasons }) =>
      state === 'ready' ? [] : reasons,
    );
    return [...waiting, failureOf(this.#deployment)].filter(Boolean).join(', ') || 'no pod is there';
  }

  #make(pod: Live, code: string, index: number): SupervisedProcess {
    const { spec, records, logger, revisions, releases } = this.#options;
    const container = containerOf(pod);
    const probe = probeOf(container);
    const launch = () => {
      const revision: Revision = {
        ...revisions.current(spec.name),
        code,
        environment: environmentOf(container),
      };
      return spec.launch({ index, port: spec.port + index, revision, root: releases.pathOf(code) });
    };
    return new SupervisedProcess({
      name: `${spec.name}-${index}`,
      index,
      logFile: this.#logFile(index),
      launch,
      reasons: async () => (probe ? reasonsNotReady(probe, spec.port + index) : []),
      records,
      logger,
    });
  }

  get #path(): string {
    const { namespace, deployment } = this.#options.place;
    return `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`;
  }

  #logFile(index: number): string {
    return join(this.#options.logDir, `${this.spec.name}-${index}.log`);
  }
}

const NOT_RUNNING = {
  pid: undefined,
  state: 'starting',
  restarts: 0,
  startedAt: undefined,
  residentBytes: undefined,
} as const;

import { AppError } from '../../../lib/kit/errors.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { diffRevisions } from '../diff.ts';
import { errors as targetErrors } from '../errors.ts';
import { Gate } from '../gate.ts';
import { recordChange } from '../record.ts';
import type { Releases } from '../releases.ts';
import type { Revisions } from '../revisions.ts';
import { patchSettings, readSettings } from '../settings.ts';
import type { LogLine, Revision, RevisionChange, SourceDiff, Target, Workload } from '../target.ts';
import { containersOf } from './containers.ts';
import { docker, tryDocker } from './docker.ts';
import { errors } from './errors.ts';
import { readLogs } from './logs.ts';
import type { ComposeProject } from './project.ts';
import type { ContainerSpec } from './spec.ts';
import { Watch } from './watch.ts';

export interface ComposeTargetOptions {
  project: ComposeProject;
  /** In the order in which they are held: who writes before who is written to. */
  specs: readonly ContainerSpec[];
  revisions: Revisions;
  releases: Releases;
  /** Writes the override of Compose from the revisions. */
  write(): void;
  /** Bearer token the services accept for changing calls. */
  adminToken: string;
}

/** Ends in a row after which a container that never was ready counts as broken. */
const CRASHES_ALLOWED = 3;
const GRACE_SECONDS = '8';

/** Containers of one Compose project. Docker supervises them; this object tells it what is wanted. */
export class ComposeTarget implements Target {
  readonly name = 'compose';
  readonly #options: ComposeTargetOptions;
  readonly #watch: Watch;
  /** Every change passes; who needs the whole target to stand still closes it. */
  readonly #gate = new Gate();
  readonly #turns = new Map<string, Promise<unknown>>();
  #halted = new AbortController();

  constructor(options: ComposeTargetOptions) {
    this.#options = options;
    this.#watch = new Watch(options.project.name, options.specs);
  }

  async list(): Promise<Workload[]> {
    const { specs, revisions } = this.#options;
    const replicas = await this.#watch.replicas();
    return specs.map((spec) => {
      const desired = revisions.replicas(spec.name);
      const replica = replicas.get(spec.name);
      const gone = replica === undefined || (desired === 0 && replica.state === 'stopped');
      return {
        name: spec.name,
        kind: spec.kind,
        url: this.#watch.urlOf(spec),
        revision: revisions.current(spec.name).revision,
        desired,
        replicas: gone ? [] : [replica],
      };
    });
  }

  async *logs(
    name: string,
    options: { tail?: number; since?: number; signal?: AbortSignal } = {},
  ): AsyncIterable<LogLine> {
    yield* readLogs(this.#container(this.#spec(name)), options);
  }

  /** Starts a workload that should have a replica and waits until it is ready. */
  async start(name: string): Promise<void> {
    return this.#change(this.#spec(name), (spec) => this.#start(spec));
  }

  async stop(name: string): Promise<void> {
    return this.#change(this.#spec(name), (spec) => this.#stop(spec));
  }

  /** Nothing waits for readiness any more: starts on their way fail. For taking everything down. */
  halt(): void {
    this.#halted.abort(new Error('the platform is being taken down'));
  }

  /**
   * Runs `work` while every container stands still, after changes under way and before any other.
   * @returns wall milliseconds it all stood
   */
  held(work: () => Promise<void>): Promise<number> {
    return this.#gate.close(async () => {
      const replicas = await this.#watch.replicas();
      const { specs } = this.#options;
      const running = specs.filter(({ name }) =>
        ['ready', 'unready', 'starting'].includes(replicas.get(name)?.state ?? ''),
      );
      const names = running.map((spec) => this.#container(spec));
      const begun = performance.now();
      try {
        await this.#docker(['pause', ...names]);
        await work();
      } finally {
        // Stores answer again before anybody asks them. Whoever ended meanwhile is no reason to leave the others frozen.
        await tryDocker(['unpause', ...names.toReversed()]);
        this.#watch.forget();
      }
      return performance.now() - begun;
    });
  }

  /**
   * Ends every container at once and without warning, and runs `work` while none runs; nobody else's change comes in
   * between. Changes under way fail.
   */
  ended<T>(work: (start: (name: string) => Promise<void>) => Promise<T>): Promise<T> {
    this.#halted.abort(new Error('the platform is being restored'));
    return this.#gate.close(async () => {
      this.#halted = new AbortController();
      await this.#endAll();
      return work((name) => this.#start(this.#spec(name)));
    });
  }

  async restart(name: string): Promise<void> {
    return this.#change(this.#spec(name), (spec) => this.#restart(spec));
  }

  pause(name: string): Promise<void> {
    return this.#gate.pass(async () => {
      const spec = this.#spec(name);
      if ((await this.#watch.replica(spec))?.state === 'paused') return;
      await this.#docker(['pause', this.#container(spec)]);
    });
  }

  async resume(name: string): Promise<void> {
    return this.#gate.pass(() => this.#thaw(this.#spec(name)));
  }

  kill(name: string, options: { replica?: number; signal?: NodeJS.Signals } = {}): Promise<void> {
    return this.#gate.pass(async () => {
      const { replica = 0, signal = 'SIGKILL' } = options;
      const spec = this.#spec(name);
      if (replica !== 0) throw targetErrors.UNKNOWN_REPLICA(name, replica, 1);
      // From inside: Docker would take `docker kill` for the wish that it stays down. Process 1 is Docker's own init,
      // which ends with the last of its children.
      const args = ['exec', this.#container(spec), 'sh', '-c', `kill -s ${signal.replace('SIG', '')} -- -1`];
      const { code, stderr } = await tryDocker(args);
      if (code !== 0 && code !== 137) throw errors.FAILED(`kill ${name}`, stderr.trim());
    });
  }

  async scale(name: string, replicas: number): Promise<void> {
    return this.#change(this.#spec(name), async (spec) => {
      if (!Number.isInteger(replicas) || replicas < 0 || replicas > 1) throw errors.ONE_REPLICA(name);
      this.#options.revisions.setReplicas(name, replicas);
      await (replicas === 0 ? this.#stop(spec) : this.#start(spec));
    });
  }

  async apply(name: string, change: RevisionChange): Promise<Revision> {
    return this.#release(name, () => recordChange(name, this.#options, change));
  }

  async revisions(name: string): Promise<Revision[]> {
    this.#service(name);
    return [...this.#options.revisions.history(name)];
  }

  async undo(
    name: string,
    options: { revision?: number; actor: string; reason?: string },
  ): Promise<Revision> {
    const { revisions, releases } = this.#options;
    return this.#release(name, () => {
      releases.rootOf(revisions.goBackTo(name, options.revision).code);
      return revisions.undo(name, options);
    });
  }

  async diff(name: string, options: { revision?: number; against?: number } = {}): Promise<SourceDiff> {
    this.#service(name);
    return diffRevisions(name, this.#options, options);
  }

  async settings(name: string): Promise<Record<string, unknown>> {
    return readSettings(name, [this.#watch.urlOf(this.#service(name))]);
  }

  configure(name: string, change: RevisionChange): Promise<Revision> {
    return this.#gate.pass(async () => {
      const { adminToken, revisions, write } = this.#options;
      const urls = [this.#watch.urlOf(this.#service(name))];
      await patchSettings(name, urls, { ...change, settings: change.settings ?? {}, adminToken });
      const revision = revisions.add(name, { ...change, environment: {} });
      write();
      return revision;
    });
  }

  async exec(name: string, command: readonly string[]) {
    return tryDocker(['exec', this.#container(this.#spec(name)), ...command]);
  }

  #release(name: string, record: () => Revision | Promise<Revision>): Promise<Revision> {
    return this.#change(this.#service(name), async (spec) => {
      const { revisions, write } = this.#options;
      const before = revisions.current(name);
      const revision = await record();
      write();
      const sameContainer =
        before.code === revision.code &&
        JSON.stringify(before.environment) === JSON.stringify(revision.environment);
      if (revisions.replicas(name) === 0) return revision;
      await (sameContainer ? this.#restart(spec) : this.#replace(spec));
      return revision;
    });
  }

  /** Changes to one workload happen one after another. */
  #change<T>(spec: ContainerSpec, work: (spec: ContainerSpec) => Promise<T>): Promise<T> {
    const before = this.#turns.get(spec.name) ?? Promise.resolve();
    const mine = before.then(() => this.#gate.pass(() => work(spec)));
    this.#turns.set(
      spec.name,
      mine.catch(() => {}),
    );
    return mine;
  }

  async #endAll(): Promise<void> {
    const containers = await containersOf(this.#options.project.name);
    const ours = this.#options.specs.flatMap(({ service }) => containers.get(service) ?? []);
    const running = ours.filter(({ status }) => status === 'running' || status === 'paused');
    if (running.length > 0) await tryDocker(['kill', ...running.map(({ id }) => id)]);
    // Those that crashed a moment ago are about to be started again, and cannot be killed.
    await this.#docker(['stop', '-t', '0', ...ours.map(({ id }) => id)]);
  }

  async #start(spec: ContainerSpec): Promise<void> {
    if (this.#options.revisions.replicas(spec.name) === 0) return;
    if (!(await containersOf(this.#options.project.name)).has(spec.service)) return this.#replace(spec);
    await this.#docker(['start', this.#container(spec)]);
    await this.#ready(spec);
  }

  async #stop(spec: ContainerSpec): Promise<void> {
    await this.#thaw(spec);
    await this.#docker(['stop', '-t', GRACE_SECONDS, this.#container(spec)]);
  }

  async #restart(spec: ContainerSpec): Promise<void> {
    const replica = await this.#watch.replica(spec);
    // Somebody removed it.
    if (replica === undefined) return this.#replace(spec);
    // A frozen process takes no signal, and Docker would wait for all of its grace.
    if (replica.state === 'paused') await this.#docker(['kill', this.#container(spec)]);
    await this.#docker(['restart', '-t', GRACE_SECONDS, this.#container(spec)]);
    await this.#ready(spec);
  }

  /** A new container, as the override says by now. */
  async #replace(spec: ContainerSpec): Promise<void> {
    const { project } = this.#options;
    const how = ['--detach', '--no-deps', '--no-build', '--timeout', GRACE_SECONDS];
    await project.compose(['up', ...how, spec.service]).finally(() => this.#watch.forget());
    await this.#ready(spec);
  }

  async #thaw(spec: ContainerSpec): Promise<void> {
    if ((await this.#watch.replica(spec))?.state === 'paused')
      await this.#docker(['unpause', this.#container(spec)]);
  }

  async #ready(spec: ContainerSpec): Promise<void> {
    const { name, startsWithinMs } = spec;
    let last = await this.#watch.replica(spec);
    const broken = () => last !== undefined && last.state !== 'ready' && last.restarts >= CRASHES_ALLOWED;
    const look = async () => {
      last = await this.#watch.replica(spec);
      return last?.state === 'ready' || broken();
    };
    try {
      const signal = this.#halted.signal;
      await waitFor(`${name} to be ready`, look, { deadlineMs: startsWithinMs, everyMs: 200, signal });
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'WAIT_DEADLINE')) throw error;
      throw targetErrors.NOT_READY(name, startsWithinMs / 1000, last?.reasons.join(', ') || 'no container');
    }
    if (broken()) throw targetErrors.CRASHED(name, await this.#lastWords(spec));
  }

  async #lastWords(spec: ContainerSpec): Promise<string> {
    let text = '';
    for await (const line of readLogs(this.#container(spec), { tail: 1 })) text = line.text;
    return text.slice(0, 300);
  }

  /** What was seen before it is not true any more. */
  async #docker(args: readonly string[]): Promise<void> {
    await docker(args).finally(() => this.#watch.forget());
  }

  /** As Compose names it. */
  #container({ service }: ContainerSpec): string {
    return `${this.#options.project.name}-${service}-1`;
  }

  #spec(name: string): ContainerSpec {
    const { specs } = this.#options;
    const spec = specs.find((one) => one.name === name);
    if (!spec)
      throw errors.NOT_PART(
        name,
        specs.map((one) => one.name),
      );
    return spec;
  }

  #service(name: string): ContainerSpec {
    const spec = this.#spec(name);
    if (spec.kind !== 'service') throw targetErrors.NO_REVISIONS(name);
    return spec;
  }
}

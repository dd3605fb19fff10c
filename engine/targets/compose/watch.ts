import { protocolOf, reasonsNotReady } from '../readiness.ts';
import type { Workload } from '../target.ts';
import { type Container, containersOf } from './containers.ts';
import type { ContainerSpec } from './spec.ts';

/** Several who ask at the same time, or one after the other, get one answer. */
const FRESH_MS = 250;

type Replica = Workload['replicas'][number];

/** What Docker says of the containers, and what the services in them say of themselves. */
export class Watch {
  readonly #project: string;
  readonly #specs: readonly ContainerSpec[];
  /** Starts that have been ready once: `<container>@<started>`. */
  readonly #proven = new Set<string>();
  #looked = 0;
  #view: Promise<Map<string, Replica>> = Promise.resolve(new Map());

  constructor(project: string, specs: readonly ContainerSpec[]) {
    this.#project = project;
    this.#specs = specs;
  }

  /** By name of the workload; who has no container is missing. */
  replicas(): Promise<Map<string, Replica>> {
    if (performance.now() - this.#looked > FRESH_MS) {
      this.#looked = Number.POSITIVE_INFINITY;
      this.#view = this.#look().finally(() => {
        this.#looked = performance.now();
      });
    }
    return this.#view;
  }

  /** Whoever asks next is told of a look that begins after this. */
  forget(): void {
    this.#looked = 0;
  }

  /** The same, as of now: for who waits for what they have done. */
  async replica(spec: ContainerSpec): Promise<Replica | undefined> {
    const container = (await containersOf(this.#project)).get(spec.service);
    return container && this.#replicaOf(spec, container);
  }

  urlOf({ readiness, port }: ContainerSpec): string {
    return `${protocolOf(readiness)}://127.0.0.1:${port}`;
  }

  async #look(): Promise<Map<string, Replica>> {
    const containers = await containersOf(this.#project);
    const seen = await Promise.all(
      this.#specs.map(async (spec) => {
        const container = containers.get(spec.service);
        return container ? ([[spec.name, await this.#replicaOf(spec, container)]] as const) : [];
      }),
    );
    return new Map(seen.flat());
  }

  async #replicaOf(spec: ContainerSpec, container: Container): Promise<Replica> {
    const { status, pid, exitCode, restarts, startedAt } = container;
    const about = { index: 0, pid, restarts, residentBytes: undefined };
    const state = (state: Replica['state'], reasons: string[]): Replica => ({
      ...about,
      state,
      reasons,
      startedAt: pid === undefined ? undefined : startedAt,
    });
    if (status === 'paused') return state('paused', ['frozen with docker pause']);
    if (status === 'restarting')
      return state('backoff', [`ended with status ${exitCode}; Docker starts it again`]);
    if (status !== 'running')
      return state('stopped', [status === 'created' ? 'not started yet' : `ended with status ${exitCode}`]);
    const reasons = await reasonsNotReady(spec.readiness, spec.port);
    const start = `${container.id}@${startedAt}`;
    if (reasons.length === 0) {
      this.#proven.add(start);
      return state('ready', []);
    }
    return state(this.#proven.has(start) ? 'unready' : 'starting', reasons);
  }
}

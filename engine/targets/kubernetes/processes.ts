import type { SupervisedProcess } from '../local/process.ts';
import type { Live } from './api.ts';
import { errors } from './errors.ts';
import type { Run } from './kubelet.ts';

export interface PodProcessesOptions {
  /** The workload's. */
  name: string;
  /** Pods that fit on this machine. */
  most: number;
  /** One has come or gone. */
  changed(): void;
}

interface PodRun {
  process: SupervisedProcess;
  begun: boolean;
  /** Its pod is being deleted. */
  leaving: boolean;
}

/** The processes of this machine that pods of one workload are. */
export class PodProcesses {
  readonly #options: PodProcessesOptions;
  /** By the pod's uid. */
  readonly #runs = new Map<string, PodRun>();
  #allowed = false;

  constructor(options: PodProcessesOptions) {
    this.#options = options;
  }

  /** Whether they may run; pods of a platform that stands still wait. */
  get allowed(): boolean {
    return this.#allowed;
  }

  /** By index, without those on their way out: nobody is to ask or tell them anything. */
  get staying(): SupervisedProcess[] {
    const staying = [...this.#runs.values()].filter(({ leaving }) => !leaving);
    return staying.map(({ process }) => process).sort((a, b) => a.index - b.index);
  }

  has({ metadata }: Live): boolean {
    return this.#runs.has(metadata.uid!);
  }

  /** @param make the pod's process, which has an index of its own. @throws AppError KUBERNETES_FULL */
  run({ metadata }: Live, make: (index: number) => SupervisedProcess): Run {
    const run: PodRun = { process: make(this.#freeIndex()), begun: false, leaving: false };
    this.#runs.set(metadata.uid!, run);
    this.#begin(run);
    this.#options.changed();
    return {
      view: () => run.process,
      leave: () => {
        run.leaving = true;
      },
      stop: async () => {
        run.leaving = true;
        await run.process.stop();
        if (this.#runs.delete(metadata.uid!)) this.#options.changed();
      },
    };
  }

  /** Starts those that waited. */
  allow(): void {
    this.#allowed = true;
    for (const run of this.#runs.values()) this.#begin(run);
  }

  /** Ends all, and lets none begin until `allow`; their pods stay. */
  async still(graceMs?: number): Promise<void> {
    this.#allowed = false;
    const ended = [...this.#runs.values()].map((run) => {
      run.begun = false;
      return run.process.stop(graceMs);
    });
    await Promise.all(ended);
  }

  #begin(run: PodRun): void {
    if (!this.#allowed || run.begun || run.leaving) return;
    run.begun = true;
    run.process.start();
  }

  #freeIndex(): number {
    const { name, most } = this.#options;
    const taken = new Set([...this.#runs.values()].map(({ process }) => process.index));
    const free = Array.from({ length: most }, (_, i) => i).find((i) => !taken.has(i));
    if (free === undefined) throw errors.FULL(name, most);
    return free;
  }
}

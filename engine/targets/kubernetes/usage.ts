import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { Logger } from '../../../lib/kit/logging.ts';
import { residentBytes } from '../local/memory.ts';
import { processorSeconds } from '../local/processor.ts';
import type { KubeApi, Live } from './api.ts';

/** A pod that is a process of this machine. */
export interface RunningPod {
  pod: Live;
  pid: number;
}

export interface PodUsageOptions {
  api: Pick<KubeApi, 'apply'>;
  running(): readonly RunningPod[];
  logger: Pick<Logger, 'warn'>;
}

const LOOK_MS = 5_000;
/** Processor use is the mean over this. An autoscaler looks every fifteen seconds. */
const WINDOW_MS = 15_000;

interface Sample {
  at: number;
  seconds: number;
}

/**
 * What pods use, as metrics-server would tell it, which has no way to ask a kubelet that is played. The cluster keeps it
 * as objects of a definition that comes along (k8s/laptop/metrics.yaml); autoscalers and `kubectl top` look there.
 */
export class PodUsage {
  readonly #options: PodUsageOptions;
  readonly #gone = new AbortController();
  /** By process id: one that was started anew has used nothing. */
  #samples = new Map<number, Sample[]>();
  #loop: Promise<void> = Promise.resolve();
  #said = '';

  constructor(options: PodUsageOptions) {
    this.#options = options;
  }

  open(): void {
    this.#loop = this.#tell();
  }

  async close(): Promise<void> {
    this.#gone.abort();
    await this.#loop;
  }

  async #tell(): Promise<void> {
    const { signal } = this.#gone;
    while (!signal.aborted) {
      await this.#look().catch((error) => {
        // A cluster with a metrics-server of its own refuses every time.
        const said = messageOf(error);
        if (said !== this.#said) this.#options.logger.warn({ err: said }, 'use of pods not reported');
        this.#said = said;
      });
      await delay(LOOK_MS, undefined, { signal }).catch(() => {});
    }
  }

  async #look(): Promise<void> {
    const { api, running } = this.#options;
    const pods = running();
    const pids = pods.map(({ pid }) => pid);
    const [seconds, bytes] = await Promise.all([processorSeconds(pids), residentBytes(pids)]);
    const at = Date.now();
    const samples = new Map(
      [...seconds].map(([pid, used]) => {
        const recent = (this.#samples.get(pid) ?? []).filter((one) => one.at >= at - WINDOW_MS);
        return [pid, [...recent, { at, seconds: used }]];
      }),
    );
    this.#samples = samples;
    const told = pods.flatMap(({ pod, pid }) => {
      const [first, ...later] = samples.get(pid) ?? [];
      const last = later.at(-1);
      const memory = bytes.get(pid);
      if (!first || !last || memory === undefined) return [];
      return [api.apply(pathOf(pod), metricsOf(pod, first, last, memory))];
    });
    await Promise.all(told);
  }
}

const pathOf = ({ metadata: { namespace, name } }: Live): string =>
  `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods/${name}`;

/** It goes when its pod goes, and is found by the labels of its pod. */
function metricsOf({ metadata, spec }: Live, first: Sample, last: Sample, bytes: number): object {
  const { name, namespace, uid, labels } = metadata;
  const seconds = (last.at - first.at) / 1000;
  const cores = (last.seconds - first.seconds) / seconds;
  const [container] = spec.containers as [{ name: string }];
  return {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: { name, namespace, labels, ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }] },
    timestamp: new Date(last.at).toISOString(),
    window: `${seconds.toFixed(3)}s`,
    containers: [
      {
        name: container.name,
        usage: { cpu: `${Math.round(cores * 1e9)}n`, memory: `${Math.round(bytes / 1024)}Ki` },
      },
    ],
  };
}

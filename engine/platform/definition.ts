import type { PortName } from '../../lib/contract/ports.ts';
import type { ClockSettings } from '../../lib/kit/clock.ts';
import type { Launch } from '../targets/local/spec.ts';
import type { ReadinessProbe } from '../targets/readiness.ts';
import type { Revision } from '../targets/target.ts';
import type { Layout } from './layout.ts';
import type { Secrets } from './secrets.ts';
import type { Tools } from './tools.ts';

/** What a workload may know when it is started. */
export interface Surroundings {
  layout: Layout;
  secrets: Secrets;
  tools: Tools;
  /** As it runs now; slower while the platform is being prepared. */
  clock: ClockSettings;
  /** Wall seconds a business day lasts once the bank is open. */
  daySeconds: number;
  portOf(name: PortName): number;
  /** `http://127.0.0.1:4000` of the first replica. */
  urlOf(name: PortName): string;
  /** Of every replica that should run. */
  urlsOf(name: PortName): string[];
  /** Where others reach it: its replicas, or what stands in front of them. */
  addressesOf(name: PortName): string[];
  /** Where Prometheus finds its replicas. */
  scrapedAt(name: PortName): string[];
}

/** A file in engine/platform/workloads: one part of the bank's platform as a process. */
export interface WorkloadDefinition {
  /** Equals the file's name and its entry in lib/contract/ports.ts. */
  name: PortName;
  kind: 'service' | 'backing';
  /** Workloads that must be ready, and preparations that must be done, before this one starts. */
  dependsOn: readonly string[];
  /** Workloads whose replicas this one is told about. */
  follows?: readonly PortName[];
  maxReplicas?: number;
  /** Of a new platform; default 1. Those with 0 are started by who needs them. */
  replicas?: number;
  /** What it needs that not every machine has. @throws AppError naming the remedy */
  check?(): void;
  readiness: ReadinessProbe;
  /** Wall milliseconds; default 30 s. */
  startsWithinMs?: number;
  /** Does it answer Prometheus at /metrics? */
  scraped: boolean;
  /** @param replica `root` is the folder its source lies in */
  launch(
    around: Surroundings,
    replica: { index: number; port: number; revision: Revision; root: string },
  ): Launch;
}

export const defineWorkload = (definition: WorkloadDefinition): WorkloadDefinition => definition;

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PortName } from '../../lib/contract/ports.ts';
import type { Surroundings, WorkloadDefinition } from './definition.ts';
import { nodeEnvironment } from './environment.ts';

export interface ServiceDefinition {
  name: PortName;
  /** Entry point below services/. */
  entry: string;
  dependsOn: readonly string[];
  follows?: readonly PortName[];
  maxReplicas?: number;
  startsWithinMs?: number;
  /** Bound of the JavaScript heap, megabytes. */
  heapMb?: number;
  environment?(around: Surroundings): Record<string, string>;
}

/** A Node service of ours: ready when /readyz says so. */
export function defineService(service: ServiceDefinition): WorkloadDefinition {
  const { name, entry, heapMb = 128, environment = () => ({}) } = service;
  return {
    name,
    kind: 'service',
    dependsOn: service.dependsOn,
    follows: service.follows ?? [],
    maxReplicas: service.maxReplicas ?? 1,
    readiness: { http: '/readyz' },
    ...(service.startsWithinMs !== undefined && { startsWithinMs: service.startsWithinMs }),
    scraped: true,
    launch(around, replica) {
      const own = nodeEnvironment(around, { name, ...replica });
      const folder = own.STATE_DIR;
      if (folder) mkdirSync(folder, { recursive: true });
      return {
        command: process.execPath,
        args: [...nodeFlags(heapMb), join('services', entry)],
        cwd: replica.root,
        env: { ...own, ...environment(around), ...replica.revision.environment },
      };
    },
  };
}

/** A young generation that stays small costs a little more collecting and saves tens of megabytes a process. */
export const nodeFlags = (heapMb: number): string[] => [
  '--disable-warning=ExperimentalWarning',
  `--max-old-space-size=${heapMb}`,
  '--max-semi-space-size=2',
];

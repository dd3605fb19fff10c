import type { ReadinessProbe } from '../readiness.ts';

/** One workload as this target sees it. */
export interface ContainerSpec {
  name: string;
  /** Its service in docker-compose.yml. */
  service: string;
  kind: 'service' | 'backing';
  /** Published on loopback. */
  port: number;
  readiness: ReadinessProbe;
  /** Wall milliseconds a new container has until it must be ready. */
  startsWithinMs: number;
}

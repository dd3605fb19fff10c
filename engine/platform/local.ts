import type { BusinessClock } from '../../lib/kit/business-clock.ts';
import type { ProcessRecords } from '../targets/local/records.ts';
import type { LocalTarget } from '../targets/local/target.ts';
import type { Surroundings, WorkloadDefinition } from './definition.ts';
import type { Platform } from './platform.ts';
import type { Preparation } from './preparation.ts';
import type { PreparedData } from './snapshot/prepared.ts';

/** A platform of processes on this machine, its parts and how they are prepared. */
export interface LocalPlatform extends Platform {
  readonly clock: BusinessClock;
  readonly target: LocalTarget;
  readonly workloads: readonly WorkloadDefinition[];
  readonly preparations: readonly Preparation[];
  readonly around: Surroundings;
  readonly records: ProcessRecords;
  /** Prepared data other platforms may have left; undefined when the operator wants none. */
  readonly prepared: PreparedData | undefined;
  /** Wall ms that starting all workloads took the last time. */
  startMs: number;
}

import type { JobResult } from '../job.ts';

/** What the service tells a run's process, once. */
export interface Order {
  job: string;
  runId: string;
  parameters: Record<string, unknown>;
  /** URL of the folder of jobs. */
  jobs: string;
}

/** What the process answers, once, before it leaves. */
export type Answer = { result: JobResult } | { error: string };

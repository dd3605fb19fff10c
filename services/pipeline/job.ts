import type { Static, TObject, TProperties } from 'typebox';
import type { MetricName } from '../../lib/contract/metrics.ts';
import type { Clock } from '../../lib/kit/clock.ts';

/** What a job may use while it runs, in a process of its own. */
export interface JobContext {
  runId: string;
  clock: Clock;
  /** The service's environment. */
  environment: Record<string, string | undefined>;
  /** One line for the run's log, stamped with the seconds since the start. */
  progress(message: string): void;
}

/** What a run found out; kept with the run and answered by the API. */
export type JobResult = Record<string, unknown>;

/** A figure of the newest successful run, shown as a gauge. */
export interface JobGauge {
  name: Extract<MetricName, 'firedrill_model_trained_timestamp_seconds'>;
  labels: Record<string, string>;
  value: number;
}

export interface Job<P extends TProperties = TProperties> {
  /** One sentence for the list of jobs. */
  description: string;
  /** One schema per parameter, with defaults. */
  parameters: P;
  /** Wall seconds after which the run is ended. */
  timeoutSeconds: number;
  /** Does the work; what it throws becomes the run's error. Import heavy modules in here, not at the top. */
  run(parameters: Static<TObject<P>>, context: JobContext): Promise<JobResult>;
  gauges?(result: JobResult): JobGauge[];
}

/** A file `jobs/<name>.ts` exports one of these as default; the folder is the list of jobs. */
export const defineJob = <P extends TProperties>(job: Job<P>): Job => job as unknown as Job;

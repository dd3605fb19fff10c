import type { ClockSettings } from '../../../lib/kit/clock.ts';

/** Where a job finds everything; the service hands it over on standard input, so that no secret shows in `ps`. */
export interface JobEnvironment {
  lake: string;
  onlineRedis: string;
  eventLog: string;
  /** Empty: there is none. */
  coldStore: string;
  /** A folder of the job's own. */
  scratch: string;
  memory: string;
  threads: number;
  clock: ClockSettings;
}

/** The jobs and what they take and answer; jobs/main.ts runs them in a process that ends with them. */
export interface Jobs {
  /** Fills an empty online store: stream rows, the last two snapshots, and the mark that says so. */
  fill: { parameters: { view: string; now: number }; result: { rows: Record<string, number> } };
  /** Writes the last two nightly snapshots as of the midnight before `now`. */
  materialize: { parameters: { view: string; now: number }; result: MaterializeResult };
  /** Copies rows of the online store into the cold one, for the writer `wanted`. */
  'cold-fill': {
    parameters: { view: string; rows: 'all' | 'nightly'; wanted: string };
    result: { written: number };
  };
  historical: {
    parameters: { view: string; from: number; to: number; folder: string };
    result: { path: string; rows: number; fingerprint: string };
  };
  parity: { parameters: { view: string; entities: number }; result: ParityReport };
}

export interface MaterializeResult {
  /** The newest snapshot, epoch ms. */
  as_of: number;
  /** Rows written, by entity. */
  rows: Record<string, number>;
}

/** Rows evaluated at one instant, and beside them requests as the models got them, against the offline path. */
export interface ParityReport extends ParityDifferences {
  view: string;
  /** Business time up to which both paths were asked, RFC 3339. */
  at: string;
  served: ParityDifferences;
}

export interface ParityDifferences {
  /** Cards, or served requests, that were compared. */
  entities: number;
  /** Those with at least one feature that differs. */
  mismatched: number;
  features: { name: string; compared: number; mismatched: number; ratio: number }[];
  /** One difference of a feature, of a few features. */
  examples: ParityExample[];
}

export interface ParityExample {
  card_id: string;
  /** Of a served request. */
  transaction_id?: string;
  region?: string;
  feature: string;
  online: number;
  offline: number;
}

export type JobName = keyof Jobs;

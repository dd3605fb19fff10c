import type { Workload } from '../engine/targets/target.ts';

/** GET /v1/platform */
export interface PlatformView {
  target: string;
  state: 'starting' | 'up' | 'restoring' | 'stopping';
  pid: number;
  business_time: string;
  day_seconds: number;
  urls: Record<string, string>;
  workloads: Workload[];
}

/** One entry of GET /v1/jobs */
export interface JobView {
  name: string;
  description: string;
  last_run: { id: string; status: string; started_at: string } | null;
}

/** GET /v1/runs/{id} */
export interface RunView {
  id: string;
  status: 'running' | 'succeeded' | 'failed';
  error: string | null;
}

/** GET /v1/parity */
export interface ParityView {
  entities: number;
  features: { name: string; ratio: number }[];
  examples: ParityExample[];
  served: {
    entities: number;
    features: { name: string; ratio: number }[];
    examples: ParityExample[];
  };
}

export interface ParityExample {
  card_id: string;
  transaction_id?: string;
  region?: string;
  feature: string;
  online: number | null;
  offline: number | null;
}

/** One entry of GET /v1/sources */
export interface SourceView {
  name: string;
  format: string;
  state: 'open' | 'quarantined' | 'broken';
  mode: 'off' | 'observe' | 'enforce';
  requests_per_second: number | null;
  violations_last_minute: number | null;
  contract: {
    version: number;
    owner: string;
    rules: {
      rule: string;
      currency: string | null;
      observed: number | null;
      minimum: number | null;
      maximum: number;
      broken: boolean;
    }[];
  } | null;
}

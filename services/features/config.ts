import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const Config = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1 }),
  ONLINE_REDIS_URL: Type.String({ minLength: 1 }),
  COLD_STORE_URL: Type.String({
    default: '',
    description: 'PostgreSQL of the cold features; empty: there is none',
  }),
  LAKE_DIR: Type.String({ minLength: 1, description: 'folder of the Parquet files' }),
  JOB_MEMORY: Type.String({
    default: '400MB',
    pattern: '^[0-9]+MB$',
    description: 'what DuckDB may take in a child process; more goes to disk',
  }),
  JOB_THREADS: Type.Integer({ default: 2, minimum: 1 }),
};
export type Config = Static<TObject<typeof Config>>;

/** What may change while the service runs. */
export const Settings = {
  'lake.flush_seconds': Type.Number({
    default: 2,
    minimum: 0,
    maximum: 60,
    description: 'wall seconds in which every partition is written to the lake once',
  }),
  'parity.every_seconds': Type.Number({
    default: 0,
    minimum: 0,
    maximum: 3600,
    description:
      'wall seconds from one comparison of online and offline features to the next; 0: only when asked',
  }),
  'retention.business_days': Type.Number({
    default: 3,
    exclusiveMinimum: 0,
    description:
      'how long the event log keeps transactions, predictions and labels; at least two wall minutes',
  }),
  'retention.audit_business_days': Type.Number({
    default: 365,
    exclusiveMinimum: 0,
    description: 'how long the event log keeps the audit trail and dead letters',
  }),
};

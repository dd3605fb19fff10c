import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

const shared = {
  WORLD_SEED: Type.String({
    default: 'firedrill',
    minLength: 1,
    description: 'names the bank and everybody in it',
  }),
  STATE_DIR: BaseConfig.STATE_DIR,
  DRILL_DAY_SECONDS: BaseConfig.DRILL_DAY_SECONDS,
};

/** What the live world reads from its environment. */
export const Config = {
  ...BaseConfig,
  ...shared,
  EVENT_LOG_URL: Type.String({ minLength: 1 }),
  GATEWAY_URL: Type.String({ minLength: 1, description: 'the door of the bank' }),
  WORLD_TRUTH_TOKEN: Type.String({
    minLength: 16,
    description: 'bearer token for GET /v1/truth, and for nothing else',
  }),
  WORLD_TRUTH_ROWS: Type.Integer({
    default: 200_000,
    minimum: 1_000,
    description: 'transactions whose truth is remembered; 33 minutes at 100 a second',
  }),
};
export type Config = Static<TObject<typeof Config>>;

/** What the job that writes history reads. */
export const HistoryConfig = {
  ...shared,
  LAKE_DIR: Type.String({ minLength: 1, description: 'folder of the Parquet files' }),
  WORLD_HISTORY_DAYS: Type.Integer({ default: 60, minimum: 1, maximum: 400 }),
  WORLD_HISTORY_PER_DAY: Type.Integer({
    default: 0,
    minimum: 0,
    description: 'transactions a business day; 0 is what the usual live rate comes to, within bounds',
  }),
};
export type HistoryConfig = Static<TObject<typeof HistoryConfig>>;

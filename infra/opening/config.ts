import Type, { type Static, type TObject } from 'typebox';
import { DEFAULT_PORT_BASE } from '../../lib/contract/ports.ts';
import { BaseConfig } from '../../lib/kit/config.ts';

const shared = {
  PLATFORM_DIR: Type.String({ minLength: 1, description: 'folder of the clock and of the operator token' }),
  DRILL_DAY_SECONDS: BaseConfig.DRILL_DAY_SECONDS,
};

/** What prepare.ts reads from its environment. */
export const PrepareConfig = {
  ...shared,
  TRUTH_DIR: Type.String({ minLength: 1, description: 'folder of the token for the truth' }),
  STATE_ROOT: Type.String({
    minLength: 1,
    description: 'folder above the state folders, which are named like their services',
  }),
  LAKE_DIR: Type.String({ minLength: 1, description: 'folder of the Parquet files' }),
  ARTIFACTS_DIR: Type.String({ minLength: 1, description: 'folder of the content-addressed artifacts' }),
  EVENT_LOG_URL: Type.String({ minLength: 1, description: 'the event log: redis://… or kafka://…' }),
  ONLINE_REDIS_URL: Type.String({ minLength: 1, description: 'Redis of the online features' }),
  WORLD_SEED: Type.String({ default: 'firedrill', minLength: 1 }),
  DRILL_PORT_BASE: Type.Integer({
    default: DEFAULT_PORT_BASE,
    minimum: 1024,
    maximum: 64_000,
    description: 'on loopback, for the services that training needs meanwhile',
  }),
};
export type PrepareConfig = Static<TObject<typeof PrepareConfig>>;

/** What clock.ts reads from its environment. */
export const ClockConfig = {
  ...shared,
  GATEWAY_URL: Type.String({ minLength: 1, description: 'asked whether the bank is open' }),
};
export type ClockConfig = Static<TObject<typeof ClockConfig>>;

import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const Config = {
  ...BaseConfig,
  LOG_REDIS_URL: Type.String({ minLength: 1, description: 'Redis of the event log' }),
};
export type Config = Static<TObject<typeof Config>>;

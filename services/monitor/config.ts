import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const Config = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1, description: 'event log: redis://… or kafka://…' }),
  REGISTRY_URL: Type.String({ minLength: 1, description: 'where the baselines of a version are' }),
  FEATURES_URL: Type.String({ minLength: 1, description: 'where the definitions of its inputs are' }),
};
export type Config = Static<TObject<typeof Config>>;

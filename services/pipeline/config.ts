import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const Config = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1, description: 'event log: redis://… or kafka://…' }),
  FEATURES_URL: Type.String({ pattern: '^https?://', description: 'the feature service, for training sets' }),
  REGISTRY_URL: Type.String({ pattern: '^https?://', description: 'the model registry' }),
  MODEL_ALIAS: Type.String({ default: 'champion', minLength: 1, description: 'the alias a promotion moves' }),
};
export type Config = Static<TObject<typeof Config>>;

import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const InferenceConfig = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1, description: 'event log: redis://… or kafka://…' }),
  ONLINE_REDIS_URL: Type.String({ minLength: 1, description: 'Redis of the online features' }),
  COLD_STORE_URL: Type.String({
    default: '',
    description: 'PostgreSQL of the cold features, asked when cold.enabled says so; empty: there is none',
  }),
  REGISTRY_URL: Type.String({ minLength: 1 }),
  FEATURES_URL: Type.String({ minLength: 1 }),
  REGION: Type.String({ minLength: 1, description: 'part of every answer and event' }),
  MODEL_NAME: Type.String({ default: 'fraud' }),
  MODEL_STAGE: Type.String({
    enum: ['champion', 'challenger'],
    description: 'the stage whose version is served; said by every environment for itself',
  }),
  MODEL_VERSION: Type.String({ default: '', description: 'serve this version, whatever the stage says' }),
  FEATURE_VIEW: Type.String({
    default: '',
    pattern: '^([a-z][a-z0-9_]*@[1-9][0-9]*)?$',
    description: 'read this view, for example fraud@1, whatever the model version pins',
  }),
};
export type InferenceConfig = Static<TObject<typeof InferenceConfig>>;

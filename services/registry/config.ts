import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../lib/kit/config.ts';

export const Config = {
  ...BaseConfig,
  EVENT_LOG_URL: Type.String({ minLength: 1, description: 'event log: redis://… or kafka://…' }),
  ARTIFACTS_DIR: Type.String({ minLength: 1, description: 'folder of the content-addressed artifacts' }),
  ARTIFACT_LIMIT_BYTES: Type.Integer({
    default: 268_435_456,
    minimum: 1,
    description: 'largest artifact taken',
  }),
  MODEL_ALIAS: Type.String({ default: 'champion', minLength: 1, description: 'the alias regions serve' }),
};
export type Config = Static<TObject<typeof Config>>;

import Type, { type Static, type TObject } from 'typebox';
import { BaseConfig } from '../../../lib/kit/config.ts';

export const Config = {
  PIPELINE_URL: Type.String({ pattern: '^https?://', description: 'who runs the job' }),
  ADMIN_TOKEN: BaseConfig.ADMIN_TOKEN,
  ACTOR: Type.String({ default: 'operator', minLength: 1, description: 'whom the audit trail names' }),
  UNLESS_ALIAS: Type.String({
    default: '',
    pattern: '^([^/]+/[^/]+)?$',
    description: 'model/alias: nothing is asked for where the registry has it',
  }),
  REGISTRY_URL: Type.String({ default: '', description: 'asked for UNLESS_ALIAS, and for nothing else' }),
  DEADLINE_SECONDS: Type.Integer({ default: 900, minimum: 1, description: 'wall time until giving up' }),
};
export type Config = Static<TObject<typeof Config>>;

import { envSchema } from 'env-schema';
import Type, { type Static, type TObject, type TProperties } from 'typebox';
import { ConnectionConfig } from './connections.ts';
import { catalogue, messageOf } from './errors.ts';

const errors = catalogue('CONFIG', {
  INVALID: {
    status: 500,
    message: (problem: string) =>
      `configuration is not usable: ${problem}; correct the environment variable and start again`,
  },
});

/** What every service reads from its environment. */
export const BaseConfig = {
  SERVICE_NAME: Type.String({ minLength: 1, description: 'name of this process, for example inference-eu' }),
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Type.Integer({ minimum: 0, maximum: 65_535 }),
  LOG_LEVEL: Type.String({ default: 'info', enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'] }),
  LOG_SAMPLE: Type.Number({
    default: 0.01,
    minimum: 0,
    maximum: 1,
    description: 'share of successes logged',
  }),
  ADMIN_TOKEN: Type.String({ minLength: 16, description: 'bearer token for changing calls' }),
  SETTINGS: Type.String({ default: '{}', description: 'JSON object of settings to start with' }),
  REVISION: Type.String({ default: '1', description: 'the revision the operator released' }),
  CODE_DIGEST: Type.String({
    default: 'built in',
    description: 'first digits of the digest of the source it was released with',
  }),
  CLOCK_WALL_EPOCH_MS: Type.Number(),
  CLOCK_BUSINESS_EPOCH_MS: Type.Number(),
  DRILL_DAY_SECONDS: Type.Number({ default: 60, exclusiveMinimum: 0 }),
  ...ConnectionConfig,
  DRAIN_NOTICE_MS: Type.Integer({
    default: 100,
    minimum: 0,
    maximum: 60_000,
    description: 'wall ms from SIGTERM, when it is no longer ready, until it takes no more connections',
  }),
  STATE_DIR: Type.String({ minLength: 1, description: 'folder of its own this process may write to' }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.String({ default: '' }),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({ default: 0.01, minimum: 0, maximum: 1 }),
};
export type BaseConfig = Static<TObject<typeof BaseConfig>>;

/**
 * Reads the environment once, against a schema.
 * @throws AppError CONFIG_INVALID naming the variable at fault.
 */
export function readConfig<T extends TProperties>(
  properties: T,
  env: Record<string, string | undefined> = process.env,
): Static<TObject<T>> {
  try {
    return envSchema<Static<TObject<T>>>({ schema: Type.Object(properties), data: env, dotenv: false });
  } catch (error) {
    throw errors.INVALID(messageOf(error).replace(/^env\/?/, ''));
  }
}

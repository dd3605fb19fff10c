import Type, { type Static, type TObject } from 'typebox';
import { DEFAULT_PORT_BASE } from '../../lib/contract/ports.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { defaultHome } from './layout.ts';

/** What the operator may set when a platform is started. */
export const PlatformConfig = {
  DRILL_HOME: Type.String({ default: '' }),
  DRILL_PORT_BASE: Type.Integer({ default: DEFAULT_PORT_BASE, minimum: 1024, maximum: 64_000 }),
  DRILL_DAY_SECONDS: Type.Number({ default: 60, exclusiveMinimum: 0 }),
  LOG_LEVEL: Type.String({ default: 'info', enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'] }),
};
export type PlatformConfig = Static<TObject<typeof PlatformConfig>>;

/** @throws AppError CONFIG_INVALID naming the variable at fault */
export function readPlatformConfig(env: Record<string, string | undefined> = process.env): PlatformConfig {
  const config = readConfig(PlatformConfig, env);
  return { ...config, DRILL_HOME: defaultHome(env) };
}

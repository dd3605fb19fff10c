import { homedir } from 'node:os';
import { join } from 'node:path';
import Type, { type Static, type TObject } from 'typebox';
import { DEFAULT_PORT_BASE } from '../../lib/contract/ports.ts';
import { readConfig } from '../../lib/kit/config.ts';
import { defaultHome } from './layout.ts';

/** What the operator may set when a platform is started. */
export const PlatformConfig = {
  DRILL_HOME: Type.String({ default: '' }),
  DRILL_PORT_BASE: Type.Integer({ default: DEFAULT_PORT_BASE, minimum: 1024, maximum: 64_000 }),
  DRILL_DAY_SECONDS: Type.Number({ default: 60, exclusiveMinimum: 0 }),
  DRILL_CACHE_DIR: Type.String({
    default: '',
    description: 'where prepared data is kept for all platforms; none keeps nothing',
  }),
  DRILL_TARGET: Type.String({
    default: '',
    description: 'where the platform runs; none is what its home was made for',
  }),
  LOG_LEVEL: Type.String({ default: 'info', enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'] }),
};
export type PlatformConfig = Static<TObject<typeof PlatformConfig>>;

/** @throws AppError CONFIG_INVALID naming the variable at fault */
export function readPlatformConfig(env: Record<string, string | undefined> = process.env): PlatformConfig {
  const config = readConfig(PlatformConfig, env);
  return {
    ...config,
    DRILL_CACHE_DIR: cacheFolder(config.DRILL_CACHE_DIR, env),
    DRILL_HOME: defaultHome(env),
  };
}

const OFF = 'none';

/** By the XDG Base Directory Specification, unless the operator says otherwise. */
const cacheFolder = (wanted: string, env: Record<string, string | undefined>): string =>
  wanted || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'firedrill');

/** Where all platforms of a user keep prepared data; undefined when they shall not. */
export const preparedFolder = ({ DRILL_CACHE_DIR: folder }: PlatformConfig): string | undefined =>
  folder === OFF ? undefined : join(folder, 'prepared');

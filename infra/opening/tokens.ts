import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PrepareConfig } from './config.ts';
import { readEnvFile, writeEnvFile } from './env-file.ts';

/**
 * Makes the bearer tokens once: of changing calls, for every service and its operator, and of the truth, for the
 * world alone.
 * @returns the operator's
 */
export function openTokens(config: Pick<PrepareConfig, 'PLATFORM_DIR' | 'TRUTH_DIR'>): string {
  readOrMake(join(config.TRUTH_DIR, 'truth.env'), 'WORLD_TRUTH_TOKEN');
  return readOrMake(join(config.PLATFORM_DIR, 'admin.env'), 'ADMIN_TOKEN');
}

function readOrMake(file: string, name: string): string {
  const known = readEnvFile(file)?.[name];
  if (known !== undefined) return known;
  const token = randomBytes(24).toString('base64url');
  writeEnvFile(file, { [name]: token });
  return token;
}

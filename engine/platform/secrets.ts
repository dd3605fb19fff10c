import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const NAMES = ['engine', 'admin', 'truth', 'cold-store'] as const;

/** Bearer tokens: of the engine's API, of changing calls at services, of the world's truth; the password of the cold store. */
export type Secrets = Record<(typeof NAMES)[number], string>;

/** Reads the tokens, making those that are missing: once, readable by the owner alone. */
export function openSecrets(folder: string): Secrets {
  return Object.fromEntries(NAMES.map((name) => [name, readOrMake(join(folder, name))])) as Secrets;
}

/** The token of the engine's API, undefined before the first start. */
export function engineToken(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'engine'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function readOrMake(file: string): string {
  try {
    writeFileSync(file, randomBytes(24).toString('base64url'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8').trim();
}

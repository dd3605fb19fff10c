import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../engine/platform/layout.ts';
import { errors } from './errors.ts';

export const LOADTESTS = join(ROOT, 'loadtests');

/** A k6 script: every file of loadtests/ whose name ends in .js. */
export interface Profile {
  name: string;
  /** The comment it begins with, on one line. */
  description: string;
  file: string;
}

export function loadProfiles(folder = LOADTESTS): Profile[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const [, comment = ''] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8')) ?? [];
      const description = comment
        .replace(/\n\s*\*/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
      return { name: basename(name, '.js'), description, file };
    });
}

/** @throws AppError LOAD_UNKNOWN_PROFILE naming those there are */
export function findProfile(name: string, profiles = loadProfiles()): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (!found)
    throw errors.UNKNOWN_PROFILE(
      name,
      profiles.map((profile) => profile.name),
    );
  return found;
}

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errors } from './errors.ts';
import type { Toxic } from './toxic.ts';

/** Toxics by type. */
export type ToxicRegistry = ReadonlyMap<string, Toxic>;

/**
 * Loads every toxic of a folder, by default ours: `slow_close.ts` becomes the type `slow_close`.
 * @throws PROXY_BAD_TOXIC_FILE when a file does not export one.
 */
export async function loadToxics(folder = join(import.meta.dirname, 'toxics')): Promise<ToxicRegistry> {
  const files = (await readdir(folder))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort();
  const loaded = files.map(async (file): Promise<[string, Toxic]> => {
    const toxic: Toxic | undefined = (await import(pathToFileURL(join(folder, file)).href)).default;
    if (typeof toxic?.create !== 'function' || toxic.attributes === undefined)
      throw errors.BAD_TOXIC_FILE(file);
    return [basename(file, '.ts'), toxic];
  });
  return new Map(await Promise.all(loaded));
}

import { readdir } from 'node:fs/promises';

/**
 * The default exports of a folder's modules, by file name without extension. What is dropped into the folder is
 * found; tests and the file `except` that describes the interface are not extensions.
 */
export async function loadFolder<T>(folder: URL, except: string): Promise<Map<string, T>> {
  const names = (await readdir(folder))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== except)
    .sort();
  const modules = await Promise.all(names.map((name) => import(new URL(name, folder).href)));
  return new Map(names.map((name, i) => [name.slice(0, -3), (modules[i] as { default: T }).default]));
}

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What of a repository a service runs on; what it needs beside that comes with node_modules. */
export const SOURCE_FOLDERS = ['lib', 'services'] as const;
export const SOURCE_FILES = ['package.json'] as const;

/** Does a file, by its path below the repository, belong to what services run on? */
export const isSource = (path: string): boolean =>
  (SOURCE_FILES as readonly string[]).includes(path) ||
  (SOURCE_FOLDERS.some((folder) => path.startsWith(`${folder}/`)) && !/\.test\.ts$/.test(path));

/** Paths of everything below a folder that is no folder itself, sorted, with `/` between. */
export async function filesBelow(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    }),
  );
  return found.flat().sort();
}

/** The source below `root`: paths as `filesBelow` gives them. */
export async function sourceFiles(root: string): Promise<string[]> {
  const folders = await Promise.all(SOURCE_FOLDERS.map((folder) => filesBelow(root, folder)));
  return [...folders.flat(), ...SOURCE_FILES].filter(isSource).sort();
}

/** SHA-256 over paths and contents, 64 hexadecimal digits. @param files path below the repository to absolute path */
export async function digestOf(files: ReadonlyMap<string, string>): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [...files.keys()].sort()) {
    const content = await readFile(files.get(path)!);
    // Lengths between, or two trees could read the same one after the other.
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

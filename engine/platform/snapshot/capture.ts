import { linkSync, lstatSync, mkdirSync } from 'node:fs';
import { copyFile, rename, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { copyFiles } from './copy.ts';
import { inParallel } from './parallel.ts';

/**
 * Files whose writers never change them in place: they appear by a rename under a name of their own (Parquet, files
 * named by their digest, released source) or are written once (Redis' base file). A replaced one is another file.
 */
const SETTLED = /\.parquet$|\/sha256\/[0-9a-f]{64}$|\.base\.(rdb|aof)$|^state\/releases\//;
/** Redis only adds to it: what it is now stays the beginning of what it will be. */
const GROWING = /\.incr\.aof$/;

interface Link {
  file: string;
  /** Bytes it had. */
  bytes: number;
}

/**
 * Takes files as they are in this moment, in which nobody may write, as quickly as can be: whatever will not change is
 * hard-linked, the rest copied.
 * @returns what turns the links into copies, to be called when everybody writes again: a link alone would carry what
 *   somebody on call does to the live file in place into the copy that shall repair it
 */
export async function capture(
  files: readonly string[],
  from: string,
  to: string,
): Promise<() => Promise<void>> {
  const later = files.filter((file) => SETTLED.test(file) || GROWING.test(file));
  const links: Link[] = [];
  const rest = new Set(files);
  for (const folder of new Set(later.map((file) => dirname(join(to, file))))) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  for (const file of later) {
    const bytes = tryToLink(join(from, file), join(to, file));
    if (bytes === undefined) continue;
    links.push({ file, bytes });
    rest.delete(file);
  }
  await copyFiles([...rest], from, to);
  return async () => {
    await inParallel(links, ({ file, bytes }) => detach(join(to, file), bytes));
  };
}

/** Its size; undefined where it cannot be linked: a symbolic link, another file system, one without links. */
function tryToLink(from: string, to: string): number | undefined {
  try {
    const found = lstatSync(from);
    if (!found.isFile()) return undefined;
    linkSync(from, to);
    return found.size;
  } catch {
    return undefined;
  }
}

/** Makes a link a file of its own, as it was when it had `bytes`. */
async function detach(path: string, bytes: number): Promise<void> {
  const copy = `${path}.detached`;
  await copyFile(path, copy);
  await truncate(copy, bytes);
  await rename(copy, path);
}

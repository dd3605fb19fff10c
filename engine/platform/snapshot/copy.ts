import { constants } from 'node:fs';
import { copyFile, mkdir, readlink, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inParallel } from './parallel.ts';

/**
 * Copies files to the same relative places below another folder. Where the file system can share blocks until one
 * side changes (btrfs, XFS, APFS) nothing is really copied.
 */
export async function copyFiles(files: readonly string[], from: string, to: string): Promise<void> {
  const folders = new Set(files.map((file) => dirname(join(to, file))));
  await inParallel([...folders], (folder) => mkdir(folder, { recursive: true, mode: 0o700 }));
  await inParallel(files, (file) => copyOne(join(from, file), join(to, file)));
}

async function copyOne(from: string, to: string): Promise<void> {
  const target = await linkTarget(from);
  if (target === undefined) await copyFile(from, to, constants.COPYFILE_FICLONE);
  else await symlink(target, to);
}

/** Where a symbolic link leads, as it says so itself; undefined for anything else. */
export async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return undefined;
    throw error;
  }
}

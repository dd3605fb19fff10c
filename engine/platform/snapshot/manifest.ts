import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../../lib/kit/errors.ts';
import { linkTarget } from './copy.ts';
import { inParallel } from './parallel.ts';

/** What a stored copy holds and when it was taken: `manifest.json` beside `data/`, written last. */
export interface Manifest {
  format: typeof FORMAT;
  /** Wall time, RFC 3339. */
  saved_at: string;
  /** Business time, epoch ms. */
  business_ms: number;
  /** Wall milliseconds the platform stood still for it; 0 when nothing ran. */
  stall_ms: number;
  files: FileEntry[];
}

interface FileEntry {
  /** Relative to the home, with slashes. */
  path: string;
  bytes: number;
  /** Of files up to `DIGEST_UP_TO_BYTES`; a larger one is known by its size. */
  sha256?: string;
  /** Of a symbolic link: where it leads. */
  link?: string;
}

const FORMAT = 1;
const NAME = 'manifest.json';
const DIGEST_UP_TO_BYTES = 1024 * 1024;

export const dataOf = (folder: string): string => join(folder, 'data');

/** Looks at the copies below `folder` and writes down what they are. */
export async function writeManifest(
  folder: string,
  paths: readonly string[],
  facts: Pick<Manifest, 'business_ms' | 'stall_ms'>,
): Promise<void> {
  const files = await inParallel(paths, (path) => entryOf(folder, path));
  const manifest: Manifest = { format: FORMAT, saved_at: new Date().toISOString(), ...facts, files };
  await writeFile(join(folder, NAME), JSON.stringify(manifest), { mode: 0o600 });
}

/** @throws Error when there is none, or none this program can read */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = JSON.parse(await readFile(join(folder, NAME), 'utf8')) as Manifest;
  if (manifest.format !== FORMAT) throw new Error(`its format is ${manifest.format}, not ${FORMAT}`);
  return manifest;
}

/** What is wrong with the copy in `folder`, in one sentence; undefined when it is whole. */
export async function damageOf(folder: string): Promise<string | undefined> {
  try {
    const { files } = await readManifest(folder);
    const problems = await inParallel(files, async (written) => {
      const found = await entryOf(folder, written.path);
      if (found.bytes !== written.bytes) return `${written.path} has another size`;
      const same = found.sha256 === written.sha256 && found.link === written.link;
      return same ? undefined : `${written.path} has another content`;
    });
    return problems.find((problem) => problem !== undefined);
  } catch (error) {
    return messageOf(error);
  }
}

async function entryOf(folder: string, path: string): Promise<FileEntry> {
  const file = join(dataOf(folder), path);
  const link = await linkTarget(file);
  if (link !== undefined) return { path, bytes: 0, link };
  const { size } = await stat(file);
  if (size > DIGEST_UP_TO_BYTES) return { path, bytes: size };
  return {
    path,
    bytes: size,
    sha256: createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  };
}

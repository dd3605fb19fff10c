import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Layout } from '../layout.ts';
import { capture } from './capture.ts';
import { clearData, dataFiles } from './contents.ts';
import { copyFiles } from './copy.ts';
import { dataOf, readManifest, writeManifest } from './manifest.ts';

/** What is known of a copy once it was taken. */
interface Taken {
  /** Business time of the data, epoch ms. */
  businessMs: number;
  stallMs: number;
}

/**
 * Stores the data of a platform in `folder`, where it appears by one rename, whole.
 * @param draft a folder on the same file system, this call's alone; gone afterwards whatever happens
 * @param take makes the data stand still, calls `copy` and says when that was
 * @throws Error ENOTEMPTY or EEXIST when something is in `folder` already; whatever `take` throws
 */
export async function store(
  layout: Layout,
  folder: string,
  draft: string,
  take: (copy: () => Promise<void>) => Promise<Taken>,
): Promise<void> {
  let files: string[] = [];
  let detach = async () => {};
  try {
    await mkdir(dataOf(draft), { recursive: true, mode: 0o700 });
    const { businessMs, stallMs } = await take(async () => {
      files = dataFiles(layout);
      detach = await capture(files, layout.home, dataOf(draft));
    });
    await detach();
    await writeManifest(draft, files, { business_ms: businessMs, stall_ms: stallMs });
    await mkdir(dirname(folder), { recursive: true, mode: 0o700 });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Replaces the data of a platform, none of whose processes may run, by what is stored in `folder`; that stays as it
 * is. Done again after an interruption it comes to the same.
 */
export async function putBack(folder: string, layout: Layout): Promise<void> {
  const { files } = await readManifest(folder);
  await clearData(layout);
  await copyFiles(
    files.map(({ path }) => path),
    dataOf(folder),
    layout.home,
  );
}

import { lstatSync, readdirSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import type { Layout } from '../layout.ts';

/** Folders whose whole content is data of the bank. */
const FOLDERS = ['lake', 'redis', 'artifacts', 'alertmanager'] as const;

/**
 * What lies in the state folder and is not the bank's: the engine's own, what was done (a trail nobody can turn back),
 * the open incident, the clock (a snapshot tells the business time itself). Everything else there is data: the
 * services' folders, marks of preparations, revisions.
 */
const NOT_DATA = /^(engine|actions\.jsonl|incident\..*|clock\.json)$|\.new$/;

/** Unfinished work that nobody would go on with: a Parquet file not complete yet, an append-only file being rewritten. */
const UNFINISHED = /\.unfinished$|^temp-/;

/**
 * Every file and symbolic link of data, as paths relative to the home, sorted. Folders that do not exist have none.
 * At once, without giving way: the bank stands still for it.
 */
export function dataFiles(layout: Layout): string[] {
  return dataPaths(layout)
    .flatMap(filesAt)
    .filter((file) => !UNFINISHED.test(basename(file)))
    .map((file) => relative(layout.home, file).split(sep).join('/'))
    .sort();
}

/** Made from the data, and so of no use with other data. */
const DERIVED = ['postgres'] as const;

/** Removes all data, so that the home is as it was before its first start. */
export async function clearData(layout: Layout): Promise<void> {
  const derived = DERIVED.map((name) => layout[name]);
  await Promise.all(
    [...dataPaths(layout), ...derived].map((path) => rm(path, { recursive: true, force: true })),
  );
  // The lake is left out: that it exists means that its history has been written.
  const folders = FOLDERS.filter((name) => name !== 'lake').map((name) => layout[name]);
  await Promise.all(
    [...folders, ...derived].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })),
  );
}

function dataPaths(layout: Layout): string[] {
  return [
    ...FOLDERS.map((name) => layout[name]),
    ...readdirSync(layout.state)
      .filter((name) => !NOT_DATA.test(name))
      .map((name) => join(layout.state, name)),
  ];
}

function filesAt(path: string): string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // A link is what it is, also one to a folder.
  if (!found?.isDirectory()) return found ? [path] : [];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ parentPath, name }) => join(parentPath, name));
}

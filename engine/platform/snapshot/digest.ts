import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { inParallel } from './parallel.ts';

/** What history and the first model come from: who makes them, and what starts those. */
const SOURCES = [
  'services/world',
  'services/features',
  'services/pipeline',
  'services/registry',
  'lib',
  'engine/platform',
  'package-lock.json',
];

const IRRELEVANT = /\.test\.ts$|\.md$/;

/**
 * SHA-256, hexadecimal, over everything prepared data depends on: file names and contents of the sources, the
 * `parameters` given to the preparations, and the machine's kind.
 * @param root the repository
 */
export async function digestOfSources(
  root: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const files = (await Promise.all(SOURCES.map((source) => sourceFiles(join(root, source))))).flat().sort();
  const contents = await inParallel(files, (file) => readFile(file));
  const hash = createHash('sha256');
  const add = (text: string | Uint8Array) => hash.update(`${text.length}:`).update(text);
  for (const text of [process.version, process.platform, process.arch]) add(text);
  for (const name of Object.keys(parameters).sort()) {
    add(name);
    add(parameters[name]!);
  }
  for (const [i, file] of files.entries()) {
    add(relative(root, file).split(sep).join('/'));
    add(contents[i]!);
  }
  return hash.digest('hex');
}

async function sourceFiles(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !IRRELEVANT.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name));
}

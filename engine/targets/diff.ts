import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from './errors.ts';
import type { Releases } from './releases.ts';
import type { Revisions } from './revisions.ts';
import { sourceFiles } from './source.ts';
import type { Revision, SourceDiff } from './target.ts';

const LARGEST_BYTES = 2 ** 24;

/** What differs between two source trees: paths, sorted, and a unified diff of them. */
export interface TreeDiff {
  files: string[];
  patch: string;
}

/** @throws AppError TARGET_NO_DIFF when this machine has no `diff` */
export async function diffTrees(before: string, after: string): Promise<TreeDiff> {
  if (before === after) return { files: [], patch: '' };
  const [old, current] = await Promise.all([sourceFiles(before), sourceFiles(after)]);
  const files: string[] = [];
  const patches: string[] = [];
  for (const path of [...new Set([...old, ...current])].sort()) {
    const [was, is] = await Promise.all([contentOf(before, path), contentOf(after, path)]);
    if (was === undefined ? is === undefined : is !== undefined && was.equals(is)) continue;
    files.push(path);
    patches.push(
      await unified(
        was === undefined ? '/dev/null' : join(before, path),
        is === undefined ? '/dev/null' : join(after, path),
        [was === undefined ? '/dev/null' : `a/${path}`, is === undefined ? '/dev/null' : `b/${path}`],
      ),
    );
  }
  return { files, patch: patches.join('') };
}

const contentOf = (root: string, path: string): Promise<Buffer | undefined> =>
  readFile(join(root, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** POSIX's `diff`: there on every Linux and macOS, also where git is not. */
function unified(before: string, after: string, [a, b]: [string, string]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'diff',
      ['-u', '-L', a, '-L', b, before, after],
      { maxBuffer: LARGEST_BYTES },
      (error, stdout, stderr) => {
        // Status 1 says that there is a difference.
        if (error === null || error.code === 1) resolve(stdout);
        else reject(error.code === 'ENOENT' ? errors.NO_DIFF() : new Error(stderr || error.message));
      },
    );
  });
}

/** What a target answers about two of its revisions. @throws AppError TARGET_UNKNOWN_REVISION, TARGET_RELEASE_GONE */
export async function diffRevisions(
  workload: string,
  { revisions, releases }: { revisions: Revisions; releases: Releases },
  options: { revision?: number; against?: number },
): Promise<SourceDiff> {
  const after = revisions.at(workload, options.revision);
  const before =
    options.against === undefined
      ? (revisions.before(workload, after.revision) ?? after)
      : revisions.at(workload, options.against);
  const trees = await diffTrees(releases.rootOf(before.code), releases.rootOf(after.code));
  const of = ({ revision, code }: Revision) => ({ revision, code });
  return { workload, revision: of(after), against: of(before), ...trees };
}

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Files git knows or would take, by their path from the root. */
export const FILES: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: ROOT, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
)
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));

/** Copies of the repository's own files with a mistake in them, laid out as the repository is. */
export const OVERLAY = /^scenarios\/[^/]+\/overlays\/[^/]+\//;

export const SOURCES = FILES.filter((file) => file.endsWith('.ts') && !OVERLAY.test(file));

export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/**
 * What a source imports from this repository, by path from the root. The language has few ways to say it: `from '…'`,
 * `import '…'`, `import('…')` and `new URL('…', import.meta.url)` for files that become a process of their own.
 */
export function importsOf(text: string, file: string): string[] {
  const specifiers = text.matchAll(
    /(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'|new URL\(\s*'(\.[^']+\.ts)',\s*import\.meta\.url/g,
  );
  return [...specifiers].map(([, imported, url]) => normalize(join(dirname(file), (imported ?? url)!)));
}

/** The room a file lives in, and the service or scenario within it. */
export function roomOf(file: string): { room: string; unit: string | undefined } {
  const [room = '', unit] = file.split('/');
  return { room, unit: room === 'services' || room === 'scenarios' ? unit : undefined };
}

export const isTest = (file: string): boolean =>
  /\.test\.ts$|(^|\/)(fixtures?|testbed|support|tests)(\.ts$|\/)/.test(file);

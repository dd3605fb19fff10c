import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../lib/kit/errors.ts';
import { errors } from './errors.ts';

/** Where a platform keeps what it keeps. Everything lies under one folder that git does not see. */
export interface Layout {
  home: string;
  logs: string;
  /** Who runs right now; empty while the platform is down. */
  run: string;
  state: string;
  secrets: string;
  lake: string;
  artifacts: string;
  redis: string;
  prometheus: string;
  alertmanager: string;
  postgres: string;
  /** The data above as it was, by name. */
  snapshots: string;
  /** Compiled code; may be deleted at any time. */
  cache: string;
}

/** The repository: services, infra and package.json lie here. */
export const ROOT = join(import.meta.dirname, '..', '..');

export const defaultHome = (env: Record<string, string | undefined> = process.env): string =>
  env.DRILL_HOME || join(ROOT, '.drill');

const FOLDERS = [
  'logs',
  'run',
  'state',
  'secrets',
  'lake',
  'artifacts',
  'redis',
  'prometheus',
  'alertmanager',
  'postgres',
  'snapshots',
  'cache',
] as const;

export function layoutOf(home: string): Layout {
  const paths = Object.fromEntries(FOLDERS.map((name) => [name, join(home, name)]));
  return { home, ...(paths as Record<(typeof FOLDERS)[number], string>) };
}

/**
 * Makes the folders; those nobody else should read are the owner's alone.
 * @throws PLATFORM_NOT_WRITABLE naming the folder
 */
export function makeFolders(layout: Layout): void {
  try {
    // The lake is left out: that it exists means that its history has been written.
    const wanted = FOLDERS.filter((name) => name !== 'lake').map((name) => layout[name]);
    for (const folder of wanted) mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw errors.NOT_WRITABLE(layout.home, messageOf(error));
  }
}

/** Forgets all data: only folders of ours, whatever else lies in the home. */
export function purge(layout: Layout): void {
  for (const name of FOLDERS) rmSync(layout[name], { recursive: true, force: true });
  try {
    rmdirSync(layout.home);
  } catch {
    // Somebody keeps something else there.
  }
}

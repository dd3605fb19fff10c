import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../../targets/local/identity.ts';

/** What is on disk about a neighbour, for whoever has to find it again. */
export interface NeighbourRecord {
  id: string;
  /** What `ps` shows. */
  title: string;
  /** File in `programs/`, without its ending. */
  program: string;
  options: unknown;
  /** The engine that answers for it. */
  owner: Identity;
  /** Wall ms it goes on without its owner. */
  graceMs: number;
  /** Undefined until it has come up. */
  process?: Identity;
  /** Set by the neighbour itself when it left because its owner was gone; nobody ended it. */
  left?: true;
}

/** One file per neighbour, `<folder>/<id>.json`. */
export class NeighbourRecords {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  path(id: string): string {
    return join(this.folder, `${id}.json`);
  }

  put(record: NeighbourRecord): void {
    const next = `${this.path(record.id)}.next`;
    writeFileSync(next, JSON.stringify(record), { mode: 0o600 });
    renameSync(next, this.path(record.id));
  }

  get(id: string): NeighbourRecord | undefined {
    return readRecord(this.path(id));
  }

  remove(id: string): void {
    rmSync(this.path(id), { force: true });
  }

  async ids(): Promise<string[]> {
    const files = await readdir(this.folder);
    return files.filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
  }
}

/** Undefined when there is none, or only the beginning of one. */
export function readRecord(path: string): NeighbourRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as NeighbourRecord;
  } catch {
    return undefined;
  }
}

/** Writes into a record that is still there; one that was removed stays removed. */
export function amendRecord(path: string, record: NeighbourRecord): void {
  const text = JSON.stringify(record);
  try {
    const file = openSync(path, 'r+');
    writeFileSync(file, text);
    closeSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

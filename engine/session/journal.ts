import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SessionRecord } from './record.ts';
import { seal, unseal } from './seal.ts';

/**
 * The session on disk, sealed: whoever looks through the platform's files learns nothing about the incident. A crash
 * of the engine leaves the last complete record, never half of one.
 */
export class Journal {
  readonly #path: string;
  readonly #secret: string;

  constructor(path: string, secret: string) {
    this.#path = path;
    this.#secret = secret;
    mkdirSync(dirname(path), { recursive: true });
  }

  load(): SessionRecord | undefined {
    if (!existsSync(this.#path)) return undefined;
    return JSON.parse(unseal(readFileSync(this.#path), this.#secret)) as SessionRecord;
  }

  save(record: SessionRecord): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, seal(JSON.stringify(record), this.#secret), { mode: 0o600 });
    renameSync(next, this.#path);
  }
}

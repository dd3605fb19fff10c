import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SessionRecord } from './record.ts';

/** The session on disk. A crash of the engine leaves the last complete record, never half of one. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
  }

  load(): SessionRecord | undefined {
    return existsSync(this.#path)
      ? (JSON.parse(readFileSync(this.#path, 'utf8')) as SessionRecord)
      : undefined;
  }

  save(record: SessionRecord): void {
    const next = `${this.#path}.next`;
    writeFileSync(next, JSON.stringify(record, null, 2), { mode: 0o600 });
    renameSync(next, this.#path);
  }
}

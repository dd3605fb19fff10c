import { appendFile, readFile } from 'node:fs/promises';
import type { Action } from '../contract/parts.ts';

export interface RecordedAction extends Action {
  reason?: string;
  /** What was asked for: replicas, settings, a version. Never a secret. */
  details?: Record<string, unknown>;
}

/** Every changing call made through the engine, one JSON line each. */
export class ActionLog {
  readonly #file: string;
  readonly #now: () => string;

  constructor(file: string, now: () => string) {
    this.#file = file;
    this.#now = now;
  }

  /** `at` is when the call came in. */
  async record(action: Omit<RecordedAction, 'business'>): Promise<void> {
    const line: RecordedAction = { ...action, business: this.#now() };
    await appendFile(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }

  /** Oldest first. `since` is wall time, epoch ms. */
  async since(since: number): Promise<RecordedAction[]> {
    const text = await readFile(this.#file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as RecordedAction)
      .filter(({ at }) => at >= since);
  }
}

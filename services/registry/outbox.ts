import type { Audit } from '../../lib/kit/audit.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import type { Logger } from '../../lib/kit/logging.ts';
import type { Journal } from './store/journal.ts';

const BATCH = 100;
const RETRY_MS = 1_000;

/**
 * Copies the journal to the audit topic, in order and at least once: a crash between the change and the event log
 * leaves the record waiting, and the next start sends it.
 */
export class Outbox {
  readonly #journal: Journal;
  readonly #audit: Audit;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #again = false;
  #closed = false;

  constructor(journal: Journal, audit: Audit, logger: Logger) {
    this.#journal = journal;
    this.#audit = audit;
    this.#logger = logger;
    journal.onWrite(() => this.poke());
    this.poke();
  }

  /** Sends what waits, soon: a journal record is visible only after its transaction. */
  poke(): void {
    this.#again = true;
    if (this.#closed) return;
    this.#running ??= new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#send())
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when nothing is under way; what could not be sent waits for the next start. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#running;
  }

  async #send(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        for (const { id, at: _at, ...change } of this.#journal.unpublished(BATCH)) {
          await this.#audit.record(change);
          this.#journal.published(id);
          this.#again = true;
        }
      }
    } catch (error) {
      this.#logger.warn({ err: messageOf(error) }, 'audit records wait for the event log');
      if (!this.#closed) this.#retry = setTimeout(() => this.poke(), RETRY_MS).unref();
    }
  }
}

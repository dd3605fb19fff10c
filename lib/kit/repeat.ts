import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from './errors.ts';
import type { Logger } from './logging.ts';

export interface RepeatOptions {
  /** What is done, for the log: `poll the registry`. */
  name: string;
  /** Wall milliseconds between the end of one turn and the beginning of the next. */
  everyMs: number;
  logger: Pick<Logger, 'warn' | 'info'>;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Does `run` again and again, never twice at a time, until the function it answers with is called. A turn that fails
 * is logged when the failing begins and when it ends, not every time.
 */
export function repeat({ name, everyMs, logger, run }: RepeatOptions): () => Promise<void> {
  const abort = new AbortController();
  let failing = false;
  const turn = async () => {
    try {
      await run(abort.signal);
      if (failing) logger.info({ loop: name }, 'works again');
      failing = false;
    } catch (error) {
      if (abort.signal.aborted) return;
      if (!failing) logger.warn({ loop: name, err: messageOf(error) }, 'failed, trying again');
      failing = true;
    }
  };
  const running = (async () => {
    while (!abort.signal.aborted) {
      await turn();
      await delay(everyMs, undefined, { signal: abort.signal, ref: false }).catch(() => {});
    }
  })();
  return async () => {
    abort.abort();
    await running;
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../lib/kit/errors.ts';
import type { Logger } from '../../lib/kit/logging.ts';

/** Work that is looked at again and again, one round after the other; a round that fails is told and tried again. */
export function everyRound(
  name: string,
  wallMs: number,
  logger: Pick<Logger, 'warn'>,
  work: () => Promise<unknown>,
): { stop(): Promise<void> } {
  const abort = new AbortController();
  const rounds = async () => {
    let failing = false;
    while (!abort.signal.aborted) {
      try {
        await work();
        failing = false;
      } catch (error) {
        if (!failing && !abort.signal.aborted) {
          logger.warn({ work: name, err: messageOf(error) }, 'failed, trying again');
        }
        failing = true;
      }
      await delay(wallMs, undefined, { signal: abort.signal }).catch(() => {});
    }
  };
  const running = rounds();
  return {
    async stop() {
      abort.abort();
      await running;
    },
  };
}

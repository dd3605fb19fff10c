import { messageOf } from '../../lib/kit/errors.ts';
import type { Logger } from '../../lib/kit/logging.ts';

export interface Loop {
  start(): void;
  /** Resolves when the turn in hand is over. */
  stop(): Promise<void>;
}

/** Runs `turn` every `everyMs` of wall time, never two at once; a turn that fails is logged and the next one comes. */
export function createLoop(
  name: string,
  everyMs: number,
  logger: Pick<Logger, 'warn'>,
  turn: () => Promise<unknown> | unknown,
): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failing = false;
  const run = async () => {
    try {
      await turn();
      failing = false;
    } catch (error) {
      // Once per outage, or a dependency that is away fills the log.
      if (!failing) logger.warn({ loop: name, err: messageOf(error) }, 'turn failed');
      failing = true;
    }
    running = undefined;
  };
  return {
    start() {
      timer ??= setInterval(() => {
        running ??= run();
      }, everyMs);
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

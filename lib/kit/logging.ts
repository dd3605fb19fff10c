import { destination, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * One JSON line per event on standard output. Anything that could identify a person is removed here as the last
 * line of defence; callers pass ids of requests and models, not of cards.
 */
export function createLogger(options: { name: string; level: string; revision?: string }): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.name, revision: options.revision },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ['card_id', '*.card_id', 'transaction', 'req.headers.authorization', 'headers.authorization'],
        remove: true,
      },
    },
    // Sync: a line written just before a crash is the one that matters. Volume is bounded by sampling.
    destination({ fd: 1, sync: true }),
  );
}

import type { Logger } from '../logging.ts';
import { errors } from './errors.ts';
import type { EventLog, EventLogOptions, LogReader } from './log.ts';

interface Backend {
  openLog(options: EventLogOptions): EventLog;
  openReader(options: { url: string; logger?: Logger }): LogReader;
}

const redis = async (): Promise<Backend> => ({
  ...(await import('./redis/log.ts')),
  ...(await import('./redis/reader.ts')),
});
const kafka = async (): Promise<Backend> => ({
  ...(await import('./kafka/log.ts')),
  ...(await import('./kafka/reader.ts')),
});

/** By the scheme of the URL; a client is loaded only where it is used. */
const BACKENDS: Record<string, () => Promise<Backend>> = { redis, rediss: redis, kafka };

/**
 * Opens the event log. It need not answer yet: appends go to the spool until it does.
 * @throws AppError LOG_BAD_URL
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  return (await backendOf(options.url)).openLog(options);
}

/**
 * Opens the event log for reading alone.
 * @throws AppError LOG_BAD_URL
 */
export async function openLogReader(options: { url: string; logger?: Logger }): Promise<LogReader> {
  return (await backendOf(options.url)).openReader(options);
}

function backendOf(url: string): Promise<Backend> {
  const load = BACKENDS[url.split('://')[0]!];
  if (!load) throw errors.BAD_URL(url);
  return load();
}

import type { IncomingMessage } from 'node:http';
import { PRIORITIES, PRIORITY_HEADER, type Priority, TIMEOUT_HEADER } from '../../contract/pressure.ts';
import type { Ask } from './admission.ts';

/** Nobody waits longer than this, whatever they say; wall ms. */
const LONGEST_MS = 60_000;

/** What a header says of the priority; undefined when it says none. */
export function priorityIn(headers: IncomingMessage['headers']): Priority | undefined {
  const given = headers[PRIORITY_HEADER];
  return given !== undefined && PRIORITIES.includes(given as Priority) ? (given as Priority) : undefined;
}

/**
 * How long the caller waits, wall ms: as its header says, at most `mostMs`. A header that makes no sense says nothing.
 */
export function patienceIn(headers: IncomingMessage['headers'], mostMs = LONGEST_MS): number {
  const given = headers[TIMEOUT_HEADER];
  const ms = given === undefined || given === '' ? mostMs : Number(given);
  return ms >= 0 ? Math.min(ms, mostMs) : mostMs;
}

/** What a request asks of an admission, as its headers say; of normal priority when they do not. */
export const askOf = (request: IncomingMessage): Ask => ({
  priority: priorityIn(request.headers) ?? 'normal',
  deadlineMs: performance.now() + patienceIn(request.headers),
  caller: request.socket,
});

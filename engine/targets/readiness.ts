import { connect } from 'node:net';
import { request } from 'undici';
import { messageOf } from '../../lib/kit/errors.ts';

/** Where readiness shows: an HTTP path that answers 200, a Redis that answers PING, a PostgreSQL that lets in. */
export type ReadinessProbe = { http: string } | { redis: true } | { postgres: true };

const TIMEOUT_MS = 2_000;

/** Why the process behind `port` may not take traffic, in its own words; empty when it may. */
export async function reasonsNotReady(probe: ReadinessProbe, port: number): Promise<string[]> {
  try {
    if ('http' in probe) return await askHttp(port, probe.http);
    return 'redis' in probe ? await askRedis(port) : await askPostgres(port);
  } catch (error) {
    return [
      (error as NodeJS.ErrnoException).code === 'ECONNREFUSED' ? 'not listening yet' : messageOf(error),
    ];
  }
}

async function askHttp(port: number, path: string): Promise<string[]> {
  const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, {
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const text = await body.text();
  if (statusCode === 200) return [];
  try {
    const { reasons } = JSON.parse(text) as { reasons?: string[] };
    if (reasons && reasons.length > 0) return reasons;
  } catch {
    // Third parties answer in prose.
  }
  return [`${path} answers ${statusCode}`];
}

/** A port that Docker publishes takes connections also when nobody listens behind it, and closes them without a word. */
const closedAtOnce = (reject: (error: Error) => void) => () =>
  reject(new Error('the connection was closed at once'));

/** A Redis that still loads its file answers PING with -LOADING. */
function askRedis(port: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('PING got no answer')));
    socket.once('error', reject);
    socket.once('close', closedAtOnce(reject));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      const answer = data.toString().trim();
      resolve(answer === '+PONG' ? [] : [answer.slice(1)]);
    });
  });
}

/** Protocol 3.0 and who wants to come in; nobody logs in, so any name does. */
const STARTUP = Buffer.from('\0\0\0\x18\0\x03\0\0user\0readiness\0\0', 'latin1');

/** While it starts, recovers or stops, it answers with an error (E) instead of the question for a password (R). */
function askPostgres(port: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the start of a session got no answer')));
    socket.once('error', reject);
    socket.once('close', closedAtOnce(reject));
    socket.once('connect', () => socket.write(STARTUP));
    socket.once('data', (data) => {
      socket.destroy();
      const text = data.toString();
      // Fields of an error: a letter, its text, a zero.
      resolve(
        text.startsWith('R')
          ? []
          : [/\0M([^\0]+)/.exec(text)?.[1] ?? 'an answer that PostgreSQL does not give'],
      );
    });
  });
}

/** Whom it speaks to there, as an address begins. */
export const protocolOf = (probe: ReadinessProbe): string =>
  'redis' in probe ? 'redis' : 'postgres' in probe ? 'postgres' : 'http';

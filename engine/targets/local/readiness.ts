import { connect } from 'node:net';
import { request } from 'undici';
import { messageOf } from '../../../lib/kit/errors.ts';
import type { ReadinessProbe } from './spec.ts';

const TIMEOUT_MS = 2_000;

/** Why the process behind `port` may not take traffic, in its own words; empty when it may. */
export async function reasonsNotReady(probe: ReadinessProbe, port: number): Promise<string[]> {
  try {
    return 'http' in probe ? await askHttp(port, probe.http) : await askRedis(port);
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

/** A Redis that still loads its file answers PING with -LOADING. */
function askRedis(port: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('PING got no answer')));
    socket.once('error', reject);
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      const answer = data.toString().trim();
      resolve(answer === '+PONG' ? [] : [answer.slice(1)]);
    });
  });
}

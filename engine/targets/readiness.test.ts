import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { reasonsNotReady } from './readiness.ts';

/** What Docker puts on a published port while the container behind it does not listen. */
async function closingPort(): Promise<number> {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each([{ redis: true as const }, { postgres: true as const }, { http: '/readyz' }])(
  'a port that takes connections and closes them is not ready (%o)',
  async (probe) => {
    expect(await reasonsNotReady(probe, await closingPort())).toEqual([
      'http' in probe ? 'other side closed' : 'the connection was closed at once',
    ]);
  },
);

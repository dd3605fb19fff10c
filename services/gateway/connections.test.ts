import { Pool } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { type App, createHttp } from '../../lib/kit/http.ts';
import { createLogger } from '../../lib/kit/logging.ts';
import { createMetrics } from '../../lib/kit/metrics.ts';
import { limitRequests } from './connections.ts';

let app: App;
let caller: Pool;
afterEach(async () => {
  await caller.destroy();
  await app.close();
});

/** A server, and a caller with one connection that it keeps as long as it may. */
async function open(most: () => number) {
  app = createHttp({ logger: createLogger({ name: 'test', level: 'silent' }), metrics: createMetrics() });
  limitRequests(app, most);
  app.get('/port', async ({ raw }) => ({ port: raw.socket.remotePort }));
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  caller = new Pool(origin, { connections: 1 });
  /** From which ports the next `count` requests come: a connection is a port. */
  return async (count: number): Promise<number[]> => {
    const ports: number[] = [];
    for (let i = 0; i < count; i++) {
      const { body } = await caller.request({ path: '/port', method: 'GET' });
      ports.push(((await body.json()) as { port: number }).port);
    }
    return ports;
  };
}

test('without a limit a connection lasts', async () => {
  const ask = await open(() => 0);
  expect(new Set(await ask(20)).size).toBe(1);
});

test('with one, every so many requests come over another connection', async () => {
  const ask = await open(() => 5);
  const ports = await ask(20);
  expect(new Set(ports).size).toBe(4);
  expect(new Set(ports.slice(0, 5)).size).toBe(1);
});

test('a limit that is lowered ends a connection that is past it with its next answer, which is given', async () => {
  let most = 0;
  const ask = await open(() => most);
  const [first] = await ask(10);
  most = 3;
  const [last, next] = await ask(2);
  expect(last).toBe(first);
  expect(next).not.toBe(first);
});

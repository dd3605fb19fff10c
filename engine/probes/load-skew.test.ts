import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DrillContext } from '../contract/parts.ts';
import loadSkew from './load-skew.ts';

const SECONDS = 8;

/** Requests each replica has answered, as its page says. */
let requests: number[];
let servers: FastifyInstance[];
let context: DrillContext;
beforeEach(async () => {
  // Only what tells how long ago a look was; sockets go on.
  vi.useFakeTimers({ toFake: ['performance'] });
  requests = [0, 0, 0];
  servers = [];
  const first = await listenInARow();
  const replicas = requests.map((_, index) => ({ index }));
  const workload = { name: 'inference-eu', url: `http://127.0.0.1:${first}`, replicas };
  context = { target: { list: async () => [workload] } } as unknown as DrillContext;
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.map((server) => server.close()));
});

/** Replicas listen on ports that follow each other; another program may have one of them. */
async function listenInARow(): Promise<number> {
  for (;;) {
    const all = requests.map((_, i) => pageOf(i));
    servers.push(...all);
    const first = Number(new URL(await all[0]!.listen({ host: '127.0.0.1', port: 0 })).port);
    try {
      for (const [i, server] of all.entries()) {
        if (i > 0) await server.listen({ host: '127.0.0.1', port: first + i });
      }
      return first;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

function pageOf(index: number): FastifyInstance {
  const server = fastify();
  server.get('/metrics', async () =>
    [
      `http_server_request_duration_seconds_count{method="POST",route="/v1/score",status="200"} ${requests[index]}`,
      `http_server_request_duration_seconds_count{method="GET",route="/readyz",status="200"} 9999`,
    ].join('\n'),
  );
  return server;
}

const look = () => loadSkew.read(context, { workload: 'inference-eu', seconds: SECONDS });
const later = (more: number[]) => {
  requests = requests.map((before, i) => before + more[i]!);
  vi.advanceTimersByTime(SECONDS * 1_000);
};

test('equal shares are 1, and one replica with everything is as many as there are', async () => {
  expect((await look()).value).toBeUndefined();
  later([100, 100, 100]);
  expect((await look()).value).toBe(1);
  later([300, 0, 0]);
  expect((await look()).value).toBe(3);
});

test('what was before the time looked at does not count, and neither do other routes', async () => {
  later([100_000, 0, 0]);
  await look();
  later([50, 50, 100]);
  expect((await look()).value).toBe(1.5);
});

test('a few requests, and a replica that began anew, tell nothing', async () => {
  await look();
  later([10, 0, 0]);
  expect((await look()).value).toBeUndefined();
  later([500, 500, 500]);
  await look();
  requests = [900, 3, 900];
  vi.advanceTimersByTime(SECONDS * 1_000);
  expect(await look()).toEqual({ value: undefined, detail: 'a replica is new' });
});

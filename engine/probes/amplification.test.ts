import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { partitionsOf } from '../../lib/kit/eventlog/log.ts';
import { contextOf } from '../testbed.ts';
import amplification from './amplification.ts';

let server: Server;
let requests = 0;
beforeAll(async () => {
  server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ summary: { requests } }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** So many predictions in each partition of the log. */
function read(perPartition: number) {
  async function* entries(topic: string) {
    for (let i = 0; topic === 'predictions' && i < perPartition; i++) yield { event: {} };
  }
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = contextOf({ url, truthToken: 'token', log: { read: entries } as never });
  return amplification.read(context, { seconds: 10 });
}

test('is predictions of all partitions for one payment', async () => {
  requests = 100;
  const predictions = 50 * partitionsOf('predictions').length;
  expect(await read(50)).toEqual({
    value: predictions / 100,
    detail: `${predictions} predictions for 100 payments`,
  });
});

test('of a handful of payments nothing is said', async () => {
  requests = 19;
  expect((await read(50)).value).toBeUndefined();
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contextOf } from '../testbed.ts';
import replicas from './replicas.ts';
import served from './served.ts';

const row = (channel: string, score: number | null, latency_ms: number) => ({ channel, score, latency_ms });
/** A hundred at tills, all in time but one; the shop: 40 in time, 20 late, 20 refused, 20 set aside. */
const ROWS = [
  ...Array.from({ length: 99 }, () => row('terminal', 0.1, 80)),
  row('terminal', 0.1, 900),
  ...Array.from({ length: 40 }, () => row('webshop', 0.2, 499)),
  ...Array.from({ length: 20 }, () => row('webshop', 0.2, 501)),
  ...Array.from({ length: 40 }, () => row('webshop', null, 10)),
];

let server: Server;
let rows: unknown[] = ROWS;
beforeAll(async () => {
  server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ rows }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

const read = (measure: 'ratio' | 'per_second', channels: ('terminal' | 'webshop')[]) => {
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const context = contextOf({ url, truthToken: 'token' });
  return served.read(context, { measure, channels, within: 0.5, seconds: 10 });
};

test('counts who was decided by a model and in time, of the channels asked for', async () => {
  const tills = await read('ratio', ['terminal']);
  expect(tills.value).toBe(0.99);
  expect(tills.interval!.lower).toBeLessThan(0.99);
  expect(await read('ratio', ['webshop'])).toMatchObject({ value: 0.4 });
  expect(await read('per_second', ['webshop'])).toMatchObject({ value: 4 });
  expect(await read('per_second', ['terminal', 'webshop'])).toMatchObject({ value: 13.9 });
});

test('nobody who asked is no data', async () => {
  rows = [];
  expect((await read('ratio', ['terminal'])).value).toBeUndefined();
  rows = ROWS;
});

test('replicas: what somebody wants, whether it runs or not', async () => {
  const list = async () => [
    { name: 'inference-eu', desired: 3, replicas: [] },
    { name: 'inference-us', desired: 1, replicas: [] },
    { name: 'gateway', desired: 1, replicas: [] },
  ];
  const context = contextOf({ target: { list } as never });
  expect(await replicas.read(context, { workloads: ['inference-eu', 'inference-us'] })).toEqual({
    value: 4,
    detail: '3 of inference-eu, 1 of inference-us',
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../../tests/support/ports.ts';
import { Service } from './service.ts';

let service: Service;
let url: string;
let ready: number[] = [];
const pods: Server[] = [];

/** A pod that says who it is and how much it was sent. */
async function pod(name: string): Promise<number> {
  const server = createServer(async (incoming, outgoing) => {
    let bytes = 0;
    for await (const chunk of incoming) bytes += (chunk as Buffer).length;
    outgoing.writeHead(201, { 'x-pod': name, 'x-path': incoming.url! });
    outgoing.end(String(bytes));
  }).listen(0, '127.0.0.1');
  pods.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const ask = async (body = '') => {
  const answer = await request(`${url}/v1/score?a=1`, { method: 'POST', body });
  return {
    status: answer.statusCode,
    pod: answer.headers['x-pod'],
    path: answer.headers['x-path'],
    text: await answer.body.text(),
  };
};

beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  service = new Service(port, () => ready);
  await service.open();
});
afterEach(async () => {
  await service.close();
  for (const server of pods.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

test('requests of one connection take turns at the pods, whole', async () => {
  ready = [await pod('a'), await pod('b')];
  const answers = [await ask('12345'), await ask(), await ask('x'.repeat(200_000)), await ask()];
  expect(answers.map(({ pod }) => pod).sort()).toEqual(['a', 'a', 'b', 'b']);
  expect(answers[0]).toMatchObject({ status: 201, path: '/v1/score?a=1', text: '5' });
  expect(answers[2]!.text).toBe('200000');
});

test('a pod that becomes ready has its share at once', async () => {
  ready = [await pod('a')];
  await ask();
  ready = [...ready, await pod('late')];
  expect(new Set([(await ask()).pod, (await ask()).pod])).toEqual(new Set(['a', 'late']));
});

test('without a pod that is ready it says so, and so it does for one that is gone', async () => {
  ready = [];
  expect(await ask()).toMatchObject({ status: 503, text: expect.stringContaining('no pod is ready') });
  ready = [await freePort()];
  expect(await ask()).toMatchObject({ status: 502, text: expect.stringContaining('ECONNREFUSED') });
});

import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { call } from './call.ts';

let server: Server | undefined;
afterEach(() => server?.close());

const listen = async (listener: RequestListener, port = 0): Promise<string> => {
  server = createServer(listener);
  await new Promise<void>((resolve, reject) => {
    server?.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

test('sends method, headers and body, and answers as fetch does', async () => {
  const url = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ method: request.method, actor: request.headers['x-actor'], body }));
    });
  });
  const response = await call(url, { method: 'PUT', headers: { 'x-actor': 'ann' }, body: 'hello' });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({ method: 'PUT', actor: 'ann', body: 'hello' });
});

test('knows answers without a body', async () => {
  const url = await listen((_request, response) => void response.writeHead(204).end());
  expect(await (await call(url)).text()).toBe('');
});

test('speaks to ports that fetch refuses', async () => {
  // 6697 is on the Fetch standard's list of bad ports, like 4190.
  const url = await listen((_request, response) => void response.end('here'), 6697);
  await expect(fetch(url)).rejects.toThrow();
  expect(await (await call(url)).text()).toBe('here');
});

import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { ProxyClient } from './client.ts';
import { freePort } from './testbed.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

// Toxiproxy 2.5 and before, 2.6, 2.7 and after, and one built from source.
test.each(['2.5.0', '{"version": 2.6.0}', '{"version": "2.7.0"}\n', 'git'])(
  'reads the version from %s',
  async (text) => {
    const client = new ProxyClient({ url: await serve((_request, response) => response.end(text)) });
    expect(await client.version()).toBe(/[\d.]{5}|git/.exec(text)?.[0]);
  },
);

test('sends the token with every call', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.end('{}');
  });
  const client = new ProxyClient({ url: `${url}/`, token: 'secret' });
  await client.list();
  await client.reset();
  expect(seen).toEqual(['Bearer secret', 'Bearer secret']);
});

test('an answer of something else is still a clear refusal', async () => {
  const url = await serve((_request, response) => response.writeHead(503).end('<html>'));
  await expect(new ProxyClient({ url }).list()).rejects.toMatchObject({
    code: 'PROXY_REFUSED',
    status: 503,
    message: 'GET /proxies was answered 503',
  });
});

test('nobody there, or nobody answering, is said with the address', async () => {
  const refused = `http://127.0.0.1:${await freePort()}`;
  const silent = await serve(() => {});
  for (const url of [refused, silent]) {
    await expect(new ProxyClient({ url, timeout: 50 }).list()).rejects.toMatchObject({
      code: 'PROXY_UNREACHABLE',
      message: expect.stringContaining(`the fault proxy at ${url} does not answer`),
    });
  }
});

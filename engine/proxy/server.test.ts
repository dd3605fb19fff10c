import { expect, test } from 'vitest';
import { ProxyClient } from './client.ts';
import { createProxyServer } from './server.ts';
import { freePort, openWire, startServer } from './testbed.ts';

test('starts with its proxies, and stop leaves nothing open', async () => {
  const upstream = await startServer((socket) => socket.resume());
  const port = await freePort();
  const proxies = [{ name: 'one', listen: `127.0.0.1:${port}`, upstream: `127.0.0.1:${upstream.port}` }];
  const server = await createProxyServer({ token: 'secret', proxies });
  const client = new ProxyClient({ url: await server.start(), token: 'secret' });
  expect(Object.keys(await client.list())).toEqual(['one']);
  const wire = await openWire(port);

  await server.stop();
  await wire.closed;
  await expect(openWire(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await expect(client.list()).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
  await upstream.stop();
});

test('a failed start says why and closes what it had opened', async () => {
  const taken = await startServer((socket) => socket.resume());
  const free = await freePort();
  const server = await createProxyServer({
    proxies: [
      { name: 'one', listen: `127.0.0.1:${free}`, upstream: '127.0.0.1:1' },
      { name: 'two', listen: `127.0.0.1:${taken.port}`, upstream: '127.0.0.1:1' },
    ],
  });
  await expect(server.start()).rejects.toMatchObject({
    code: 'PROXY_LISTEN_FAILED',
    message: expect.stringContaining(`listen tcp 127.0.0.1:${taken.port}`),
  });
  await expect(openWire(free)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  await taken.stop();
});

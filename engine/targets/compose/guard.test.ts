import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProxyClient } from '../../proxy/client.ts';
import { createProxyServer } from '../../proxy/server.ts';
import { end } from '../../proxy/testbed.ts';

const GUARD = fileURLToPath(new URL('./guard.ts', import.meta.url));
const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

/** The guard as its container runs it. @returns its URL */
async function guarding(upstream: string, token: string): Promise<string> {
  const env = { ...process.env, UPSTREAM: upstream, TOKEN: token, PORT: '0' };
  const child = spawn(process.execPath, [GUARD], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  stops.push(() => end(child));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`;
}

let open: string;
let guarded: string;
beforeAll(async () => {
  const server = await createProxyServer({
    proxies: [{ name: 'redis-online', listen: '127.0.0.1:0', upstream: '127.0.0.1:1' }],
  });
  open = await server.start();
  stops.push(() => server.stop());
  guarded = await guarding(open, 'secret');
});

test('the engine changes what it likes', async () => {
  const proxy = new ProxyClient({ url: guarded, token: 'secret' });
  await proxy.addToxic('redis-online', { type: 'latency', name: 'one', attributes: { latency: 5 } });
  expect(await new ProxyClient({ url: open }).toxics('redis-online')).toHaveLength(1);
  await proxy.removeToxic('redis-online', 'one');
  expect((await proxy.list())['redis-online']?.toxics).toEqual([]);
  await expect(proxy.removeToxic('redis-online', 'one')).rejects.toMatchObject({ status: 404 });
});

test.each([undefined, '', 'wrong'])('whoever has no token or another one (%s) is refused', async (token) => {
  const proxy = new ProxyClient({ url: guarded, ...(token !== undefined && { token }) });
  const refused = { status: 401, message: expect.stringContaining('only the engine') };
  await expect(proxy.list()).rejects.toMatchObject(refused);
  await expect(proxy.reset()).rejects.toMatchObject(refused);
});

test('without a token of its own it refuses everybody, and says when nobody is behind it', async () => {
  const careless = new ProxyClient({ url: await guarding(open, ''), token: '' });
  await expect(careless.list()).rejects.toMatchObject({ status: 401 });
  const alone = new ProxyClient({ url: await guarding('http://127.0.0.1:1', 'secret'), token: 'secret' });
  await expect(alone.list()).rejects.toMatchObject({ status: 502 });
});

import { ProxyClient } from '../../engine/proxy/client.ts';
import { createProxyServer } from '../../engine/proxy/server.ts';
import { freePort } from './ports.ts';

/** A network to one server that a test can make bad, by the engine's own proxy. */
export interface BadNetwork {
  /** Where it listens. */
  port: number;
  /** From now on nothing that the server says arrives. */
  hang(): Promise<unknown>;
  /** What it says arrives so many ms later. */
  delay(ms: number): Promise<unknown>;
  /** No more than so many kilobytes a second of what it says arrive, on each connection. */
  narrow(kbPerSecond: number): Promise<unknown>;
  /** Good again. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export async function startNetwork(upstreamPort: number): Promise<BadNetwork> {
  const port = await freePort();
  const token = 'secret';
  const upstream = `127.0.0.1:${upstreamPort}`;
  const proxy = await createProxyServer({
    token,
    proxies: [{ name: 'server', listen: `127.0.0.1:${port}`, upstream }],
  });
  const client = new ProxyClient({ url: await proxy.start(), token });
  return {
    port,
    hang: () => client.addToxic('server', { type: 'timeout', attributes: { timeout: 0 } }),
    delay: (ms) => client.addToxic('server', { type: 'latency', attributes: { latency: ms, jitter: 0 } }),
    narrow: (rate) => client.addToxic('server', { type: 'bandwidth', attributes: { rate } }),
    reset: () => client.reset(),
    stop: () => proxy.stop(),
  };
}

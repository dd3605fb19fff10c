import type { FastifyBaseLogger } from 'fastify';
import { createRandom, type Random } from '../../lib/kit/random.ts';
import { formatAddress } from './address.ts';
import { buildApp } from './app.ts';
import type { ProxyInput } from './bodies.ts';
import { ProxyCollection } from './collection.ts';
import { loadToxics } from './registry.ts';

export interface ProxyServerOptions {
  /** The engine's secret; every call must carry it. */
  token?: string;
  /** Decides jitter, slice sizes and, by toxicity, which connections suffer. */
  random?: Random;
  /** Proxies to start with. */
  proxies?: readonly ProxyInput[];
  host?: string;
  /** 0 is a free port. */
  port?: number;
  logger?: FastifyBaseLogger;
}

export interface ProxyServer {
  /** Listens; returns the API's base URL. A failed start closes what it had opened. */
  start(): Promise<string>;
  /** Closes the API, every listener and every connection. */
  stop(): Promise<void>;
}

/** The fault proxy for embedding: the proxies, and Toxiproxy's API to change them. */
export async function createProxyServer(options: ProxyServerOptions = {}): Promise<ProxyServer> {
  const {
    token,
    random = createRandom('proxy'),
    proxies = [],
    host = '127.0.0.1',
    port = 0,
    logger,
  } = options;
  const collection = new ProxyCollection(await loadToxics(), random);
  const app = buildApp({ collection, token, logger });
  const stop = async () => {
    await app.close();
    await collection.clear();
  };
  return {
    async start() {
      try {
        for (const proxy of proxies) await collection.add(proxy);
        await app.listen({ host, port });
      } catch (error) {
        await stop();
        throw error;
      }
      const bound = app.server.address();
      return `http://${formatAddress({ host, port: typeof bound === 'object' && bound !== null ? bound.port : port })}`;
    },
    stop,
  };
}

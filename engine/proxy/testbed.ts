import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { waitFor } from '../../lib/kit/wait.ts';
import { ProxyClient, type ProxySpec } from './client.ts';
import { createProxyServer } from './server.ts';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Ends a child process and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** A real redis-server without persistence. */
export async function startRedis(): Promise<{ port: number; stop: () => Promise<void> }> {
  const port = await freePort();
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', flags, { stdio: 'ignore' });
  await waitFor(`redis-server to answer on ${port}`, () => answers(port), {
    deadlineMs: 10_000,
    everyMs: 25,
  });
  return { port, stop: () => end(child) };
}

async function answers(port: number): Promise<boolean> {
  const redis = openRedis(port);
  try {
    return (await redis.ping()) === 'PONG';
  } finally {
    redis.disconnect();
  }
}

/** A Redis client that neither reconnects nor retries, so that a test sees what the network did. */
export function openRedis(port: number): Redis {
  const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  return redis;
}

/** A raw TCP client that remembers what it got and how it ended. */
export interface Wire {
  socket: Socket;
  /** Everything received so far. */
  received: () => Buffer;
  /** Resolves when the socket is closed, with the error code or `undefined` for an orderly end. */
  closed: Promise<string | undefined>;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const chunks: Buffer[] = [];
  let code: string | undefined;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    code = error.code;
  });
  const closed = new Promise<string | undefined>((resolve) => socket.on('close', () => resolve(code)));
  await once(socket, 'connect');
  return { socket, received: () => Buffer.concat(chunks), closed };
}

/** All that `wire` has received once it is at least `count` bytes; rejects when the wire closes before. */
export function receive(wire: Wire, count: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (wire.received().length >= count) resolve(wire.received());
    };
    wire.socket.on('data', look);
    wire.closed.then(() => reject(new Error(`closed after ${wire.received().length} of ${count} bytes`)));
    look();
  });
}

export interface Testbed {
  client: ProxyClient;
  /** Port of the proxy `wire`. */
  port: number;
  stop: () => Promise<void>;
}

/** Our proxy server with one proxy named `wire` in front of `upstreamPort`. */
export async function startTestbed(upstreamPort: number, spec: Partial<ProxySpec> = {}): Promise<Testbed> {
  const proxy = { name: 'wire', listen: '127.0.0.1:0', upstream: `127.0.0.1:${upstreamPort}`, ...spec };
  const server = await createProxyServer({ token: 'secret', proxies: [proxy] });
  const client = new ProxyClient({ url: await server.start(), token: 'secret' });
  return { client, port: portOf((await client.get('wire')).listen), stop: () => server.stop() };
}

export const portOf = (address: string): number => Number(address.slice(address.lastIndexOf(':') + 1));

/** A TCP server on a free port; every connection goes to `handle`. */
export async function startServer(
  handle: (socket: Socket) => void,
): Promise<{ port: number; stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    handle(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port: (server.address() as { port: number }).port, stop };
}

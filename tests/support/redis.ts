import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort } from './ports.ts';

/** What the event log's Redis runs with: an append is on disk before it is answered, and nothing is evicted. */
export const DURABLE = [
  ...['--appendonly', 'yes', '--appendfsync', 'always'],
  ...['--maxmemory-policy', 'noeviction'],
];

/** A real redis-server in a folder of its own; it keeps port and folder when it is killed and started again. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** Ends it without warning and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Freezes and thaws it: connections stay open, nothing is answered. */
  pause(): void;
  resume(): void;
  /** Brings it back after `kill`, with what it had on disk. */
  start(): Promise<void>;
  /** A client that neither retries nor queues: for looking inside, and for tests that watch the network. */
  connect(): Promise<Redis>;
  /** Ends it, disconnects what `connect` opened and forgets its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a redis-server on a free port and waits until it answers.
 * @param args flags of redis-server, for example `DURABLE`; without any it keeps nothing on disk
 */
export async function startRedis(args: readonly string[] = []): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const clients: Redis[] = [];
  let child: ChildProcess;

  const start = async () => {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', ...args];
    child = spawn('redis-server', flags, { stdio: 'ignore' });
    const gaveUp = new AbortController();
    child.once('exit', (code) => {
      gaveUp.abort(new Error(`redis-server left with status ${code}; flags: ${flags.join(' ')}`));
    });
    await waitFor(`redis-server to answer on port ${port}`, () => answers(port), {
      deadlineMs: 10_000,
      everyMs: 20,
      signal: gaveUp.signal,
    });
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };

  const stop = async () => {
    for (const client of clients) client.disconnect();
    await kill();
    rmSync(dir, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    get pid() {
      return child.pid!;
    },
    kill,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    start,
    async connect() {
      const client = open(port);
      clients.push(client);
      await client.connect();
      return client;
    },
    stop,
  };
}

function open(port: number): Redis {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => {});
  return client;
}

async function answers(port: number): Promise<boolean> {
  const client = open(port);
  try {
    await client.connect();
    // PING is answered with LOADING while the append-only file is read back.
    return (await client.ping()) === 'PONG';
  } finally {
    client.disconnect();
  }
}

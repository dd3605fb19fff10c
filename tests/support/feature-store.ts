import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import type { TransactionEvent } from '../../lib/contract/events.ts';
import type { Transaction } from '../../lib/contract/transaction.ts';
import { createClock, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { RedisEventLog } from '../../lib/kit/eventlog/redis/log.ts';
import { createLogger } from '../../lib/kit/logging.ts';
import { createMetrics } from '../../lib/kit/metrics.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort } from './ports.ts';
import { DURABLE, type RedisServer, startRedis } from './redis.ts';

export const TOKEN = 'test-token-of-sufficient-length';

/** A process of a service, as the supervisor would run it. */
export interface RunningService {
  readonly url: string;
  readonly pid: number;
  kill(signal?: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
  get<T = Record<string, unknown>>(path: string): Promise<T>;
  send(method: string, path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

/** The feature store's two processes with both Redises and an empty lake, on real ports. */
export interface FeatureBench {
  lake: string;
  online: RedisServer;
  log: RedisServer;
  clock: ReturnType<typeof createClock>;
  producer: RedisEventLog;
  /** @param env beside what every service is given */
  start(
    name: 'features' | 'feature-consumer',
    settings?: Record<string, unknown>,
    env?: Record<string, string>,
  ): Promise<RunningService>;
  close(): Promise<void>;
}

const ENTRY = { features: 'features/main.ts', 'feature-consumer': 'features/consumer/main.ts' } as const;

/** @param at business time at which the clock starts, epoch ms */
export async function startFeatureBench(
  options: { daySeconds?: number; at?: number } = {},
): Promise<FeatureBench> {
  const folder = mkdtempSync(join(tmpdir(), 'features-'));
  const lake = join(folder, 'lake');
  mkdirSync(lake);
  const online = await startRedis(['--appendonly', 'yes', '--appendfsync', 'everysec']);
  const log = await startRedis(DURABLE);
  const settings = {
    wallEpochMs: Date.now(),
    businessEpochMs: options.at ?? OPENING_DAY_MS + 12 * 3_600_000,
    daySeconds: options.daySeconds ?? 60,
  };
  const clock = createClock(settings);
  const producer = new RedisEventLog({
    url: log.url,
    stateDir: join(folder, 'producer'),
    clock,
    logger: createLogger({ name: 'test', level: 'silent', revision: '1' }),
    metrics: createMetrics(),
  });
  const services: RunningService[] = [];
  return {
    lake,
    online,
    log,
    clock,
    producer,
    async start(name, initial = {}, env = {}) {
      const service = await startService(ENTRY[name], {
        SERVICE_NAME: name,
        ADMIN_TOKEN: TOKEN,
        LOG_LEVEL: 'warn',
        SETTINGS: JSON.stringify(initial),
        STATE_DIR: join(folder, name),
        CLOCK_WALL_EPOCH_MS: String(settings.wallEpochMs),
        CLOCK_BUSINESS_EPOCH_MS: String(settings.businessEpochMs),
        DRILL_DAY_SECONDS: String(settings.daySeconds),
        EVENT_LOG_URL: log.url,
        ONLINE_REDIS_URL: online.url,
        LAKE_DIR: lake,
        ...env,
      });
      services.push(service);
      return service;
    },
    async close() {
      for (const service of services) await service.kill();
      await producer.close();
      await online.stop();
      await log.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startService(entry: string, env: Record<string, string>): Promise<RunningService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const main = fileURLToPath(new URL(`../../services/${entry}`, import.meta.url));
  let child: ChildProcess;
  let complaints = '';
  const start = async () => {
    child = spawn(process.execPath, [main], {
      env: {
        ...env,
        PORT: String(port),
        PATH: process.env.PATH,
        NODE_OPTIONS: process.env.NODE_OPTIONS ?? '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        complaints = `${complaints}${text}`.slice(-4_000);
        if (process.env.SHOW_LOGS) process.stderr.write(text);
      });
    }
    await waitFor(
      `${entry} to answer`,
      async () => {
        if (child.exitCode !== null) throw new Error(`it left: ${complaints}`);
        return (await fetch(`${url}/healthz`)).ok;
      },
      { deadlineMs: 60_000 },
    );
  };
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  await start();
  return {
    url,
    get pid() {
      return child.pid!;
    },
    kill,
    async restart() {
      await kill();
      await start();
    },
    async get(path) {
      const response = await fetch(`${url}${path}`);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return response.json() as never;
    },
    send: (method, path, body, headers = {}) =>
      fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}`, ...headers },
        body: JSON.stringify(body),
      }),
  };
}

/** The event the gateway would write for a transaction. */
export const eventOf = (transaction: Transaction, recordedAt = transaction.timestamp): TransactionEvent => ({
  id: `event-${transaction.id}`,
  type: 'transaction.scored',
  version: 1,
  source: 'gateway',
  occurred_at: transaction.timestamp,
  recorded_at: recordedAt,
  payload: { transaction, decision: 'approve', score: 0.1, region: 'eu' },
});

/** Runs one query with a database of its own. */
export async function queryLake(sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJS();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

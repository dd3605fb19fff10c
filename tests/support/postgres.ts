import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { COLD_STORE_USER, findPostgres, launchPostgres } from '../../engine/platform/postgres.ts';
import { reasonsNotReady } from '../../engine/targets/readiness.ts';
import { messageOf } from '../../lib/kit/errors.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort } from './ports.ts';

/** Why there can be no PostgreSQL on this machine; undefined when there can: for `describe.skipIf`. */
export function whyNoPostgres(): string | undefined {
  try {
    findPostgres();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** A real PostgreSQL in a folder of its own, started as the platform starts it. */
export interface PostgresServer {
  readonly port: number;
  readonly url: string;
  /** The same server on another port, that of a proxy. */
  urlAt(port: number): string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A connection of the test's own. */
  connect(): Promise<pg.Client>;
  /** Ends it as an operator would. */
  shutDown(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const SCRIPT = fileURLToPath(new URL('../../infra/postgres/start.sh', import.meta.url));
const PASSWORD = 'a-password-of-the-tests';

export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-'));
  const password = join(folder, 'password');
  writeFileSync(password, PASSWORD, { mode: 0o600 });
  mkdirSync(join(folder, 'pg'), { mode: 0o700 });
  const port = await freePort();
  const clients: pg.Client[] = [];
  let child: ChildProcess;
  let said = '';

  const urlAt = (at: number) => `postgres://${COLD_STORE_USER}:${PASSWORD}@127.0.0.1:${at}/postgres`;
  const start = async () => {
    const { command, args, env } = launchPostgres({
      script: SCRIPT,
      data: join(folder, 'pg', 'data'),
      port,
      password,
      env: { PATH: process.env.PATH ?? '' },
    });
    child = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr!.on('data', (text) => {
      said = `${said}${text}`.slice(-1_000);
    });
    const ready = async () => {
      if (child.exitCode !== null) throw new Error(`postgres left with status ${child.exitCode}: ${said}`);
      return (await reasonsNotReady({ postgres: true }, port)).length === 0;
    };
    await waitFor('postgres to let in', ready, { deadlineMs: 90_000, everyMs: 50 });
  };
  const shutDown = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
  };
  const connect = async () => {
    const client = new pg.Client(urlAt(port));
    client.on('error', () => {});
    clients.push(client);
    await client.connect();
    return client;
  };
  const stop = async () => {
    await Promise.all(clients.map((client) => client.end().catch(() => {})));
    await shutDown();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    url: urlAt(port),
    urlAt,
    async sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]) {
      const client = new pg.Client(urlAt(port));
      await client.connect();
      try {
        return (await client.query<Row>(text, values)).rows;
      } finally {
        await client.end();
      }
    },
    connect,
    shutDown,
    start,
    stop,
  };
}

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeBases } from '../../engine/gate/bases.ts';
import { readEnvFile } from '../../infra/opening/env-file.ts';
import { createClock, HOUR_MS, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort } from '../support/ports.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { startServer } from '../support/server.ts';

const ROOT = new URL('../../', import.meta.url);
const program = (path: string) => new URL(path, ROOT).pathname;

let home: string;
const folder = (name: string) => join(home, name);
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'opening-'));
  for (const name of ['platform', 'truth', 'state', 'lake', 'artifacts']) mkdirSync(folder(name));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('prepare', () => {
  let online: RedisServer;
  let log: RedisServer;
  let env: Record<string, string>;
  beforeAll(async () => {
    online = await startRedis();
    log = await startRedis();
    const [base] = await freeBases(1);
    env = {
      PLATFORM_DIR: folder('platform'),
      TRUTH_DIR: folder('truth'),
      STATE_ROOT: folder('state'),
      LAKE_DIR: folder('lake'),
      ARTIFACTS_DIR: folder('artifacts'),
      EVENT_LOG_URL: log.url,
      ONLINE_REDIS_URL: online.url,
      DRILL_PORT_BASE: String(base),
      // Short days have few customers: enough for a model, soon written.
      DRILL_DAY_SECONDS: '5',
    };
  });
  afterAll(async () => {
    await online?.stop();
    await log?.stop();
  });
  const prepare = () =>
    promisify(execFile)(process.execPath, [program('infra/opening/prepare.ts')], { env, maxBuffer: 1 << 26 });

  test('gives an empty platform its tokens, its past and a champion', async () => {
    await prepare();
    expect(existsSync(join(folder('lake'), 'transactions', 'day=2025-03-02'))).toBe(true);
    expect(existsSync(join(folder('state'), 'world', 'labels.db'))).toBe(true);
    const admin = join(folder('platform'), 'admin.env');
    expect(statSync(admin).mode & 0o777).toBe(0o600);
    expect(readEnvFile(admin)!.ADMIN_TOKEN!.length).toBeGreaterThan(30);
    expect(readEnvFile(join(folder('truth'), 'truth.env'))!.WORLD_TRUTH_TOKEN).not.toBe(
      readEnvFile(admin)!.ADMIN_TOKEN,
    );

    const registry = await startServer(new URL('services/registry/main.ts', ROOT), {
      SERVICE_NAME: 'registry',
      ADMIN_TOKEN: readEnvFile(admin)!.ADMIN_TOKEN!,
      CLOCK_WALL_EPOCH_MS: '0',
      CLOCK_BUSINESS_EPOCH_MS: String(OPENING_DAY_MS),
      STATE_DIR: join(folder('state'), 'registry'),
      ARTIFACTS_DIR: folder('artifacts'),
      EVENT_LOG_URL: log.url,
    });
    try {
      const alias = await fetch(`http://127.0.0.1:${registry.port}/v1/models/fraud/aliases/champion`);
      expect(alias.status).toBe(200);
    } finally {
      await registry.stop();
    }
  }, 300_000);

  test('leaves alone what is there, and time as it is', async () => {
    const files = ['admin.env', 'clock.json'].map((name) => join(folder('platform'), name));
    const before = files.map((file) => readFileSync(file, 'utf8'));
    await prepare();
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before);
    const { businessMs } = JSON.parse(before[1]!) as { businessMs: number };
    // At real speed the bank opens within the first business hour.
    expect(businessMs - OPENING_DAY_MS).toBeLessThan(HOUR_MS);
    expect(businessMs).toBeGreaterThan(OPENING_DAY_MS);
  }, 60_000);
});

describe('clock', () => {
  let platform: string;
  beforeAll(() => {
    platform = join(home, 'time');
    mkdirSync(platform);
  });

  /** Runs the clock while `work` is done with the epoch it tells. */
  async function during<T>(gateway: string, work: (epoch: Record<string, number>) => T): Promise<T> {
    const child = spawn(process.execPath, [program('infra/opening/clock.ts')], {
      env: { PLATFORM_DIR: platform, GATEWAY_URL: gateway, DRILL_DAY_SECONDS: '24' },
      stdio: 'inherit',
    });
    const gone = once(child, 'exit');
    try {
      const told = await waitFor('the epoch', () => readEnvFile(join(platform, 'clock.env')), {
        deadlineMs: 30_000,
      });
      return work(Object.fromEntries(Object.entries(told).map(([name, value]) => [name, Number(value)])));
    } finally {
      child.kill('SIGTERM');
      await gone;
    }
  }

  test('tells an epoch in which time stands while services start, and takes it back at the end', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await during(nobody, (told) => {
      expect(told.DRILL_DAY_SECONDS).toBe(24);
      expect(told.CLOCK_BUSINESS_EPOCH_MS).toBeGreaterThanOrEqual(OPENING_DAY_MS);
      // The moment between the clock's beginning and its standing still.
      expect(told.CLOCK_BUSINESS_EPOCH_MS).toBeLessThan(OPENING_DAY_MS + 12 * HOUR_MS);
      expect(told.CLOCK_WALL_EPOCH_MS).toBeGreaterThan(statSync(join(platform, 'clock.env')).mtimeMs);
    });
    expect(existsSync(join(platform, 'clock.env'))).toBe(false);
  });

  test('restarted alone, agrees with the services that run', async () => {
    const later = OPENING_DAY_MS + 40 * HOUR_MS;
    const gateway = createServer((_request, answer) => {
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify({ business_time: new Date(later).toISOString() }));
    });
    gateway.listen(0, '127.0.0.1');
    await once(gateway, 'listening');
    const { port } = gateway.address() as { port: number };
    try {
      await during(`http://127.0.0.1:${port}`, (told) => {
        expect(told.CLOCK_BUSINESS_EPOCH_MS).toBe(later);
        const clock = createClock({
          wallEpochMs: told.CLOCK_WALL_EPOCH_MS!,
          businessEpochMs: told.CLOCK_BUSINESS_EPOCH_MS!,
          daySeconds: told.DRILL_DAY_SECONDS!,
        });
        expect(clock.now()).toBeGreaterThanOrEqual(later);
        expect(told.CLOCK_WALL_EPOCH_MS).toBeLessThanOrEqual(Date.now());
      });
    } finally {
      gateway.close();
    }
  });
});

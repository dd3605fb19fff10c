import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { LabelEventSchema } from '../../lib/contract/events.ts';
import { ScoreRequestSchema } from '../../lib/contract/transaction.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort } from '../../tests/support/ports.ts';
import { DURABLE, type RedisServer, startRedis } from '../../tests/support/redis.ts';
import { buildWorld } from './app.ts';
import { ADMIN_TOKEN, configFor, openBank, TRUTH_TOKEN } from './testbed.ts';

vi.setConfig({ testTimeout: 120_000 });
const soon = { deadlineMs: 40_000, everyMs: 25 };
const admin = { authorization: `Bearer ${ADMIN_TOKEN}`, 'x-actor': 'tester' };
const validator = addFormats.default(new Ajv({ strict: false }));

let redis: RedisServer;
let stateDir: string;
const cleanups: (() => Promise<unknown> | unknown)[] = [];

beforeAll(async () => {
  redis = await startRedis(DURABLE);
});
afterAll(() => redis.stop());
beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'world-'));
  cleanups.push(() => rmSync(stateDir, { recursive: true, force: true }));
  await (await redis.connect()).flushall();
});
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

type Bank = Awaited<ReturnType<typeof openBank>>;

async function bankThat(decide?: Parameters<typeof openBank>[0]): Promise<Bank> {
  const bank = await openBank(decide);
  cleanups.push(bank.close);
  return bank;
}

async function startWorld(
  bank: { url: string },
  over: { settings?: Record<string, unknown>; daySeconds?: number } = {},
) {
  const world = await buildWorld(configFor({ stateDir, redisUrl: redis.url, gatewayUrl: bank.url, ...over }));
  cleanups.push(() => world.lifecycle.stop());
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  const truth = async (query = '') =>
    (
      await world.app.inject({
        url: `/v1/truth${query}`,
        headers: { authorization: `Bearer ${TRUTH_TOKEN}` },
      })
    ).json();
  return { ...world, truth };
}

const auditTrail = async () => {
  const entries = await (await redis.connect()).xrange('log:audit:0', '-', '+');
  return entries.map(([, fields]) => JSON.parse(fields[1]!).payload);
};
const labels = async (): Promise<{ id: string; payload: { transaction_id: string } }[]> => {
  const entries = await (await redis.connect()).xrange('log:labels:0', '-', '+');
  return entries.map(([, fields]) => JSON.parse(fields[1]!));
};

test('customers pay on all channels at the set rate, and their labels mature', async () => {
  const bank = await bankThat();
  const world = await startWorld(bank);
  await waitFor('200 payments', () => bank.received.length >= 200, soon);
  expect(new Set(bank.received.map(({ channel }) => channel))).toEqual(
    new Set(['terminal', 'webshop', 'partner']),
  );
  expect(new Set(bank.received.map(({ id }) => id)).size).toBe(bank.received.length);

  const known = await waitFor(
    '100 labels',
    async () => {
      const told = await labels();
      return told.length >= 100 && told;
    },
    soon,
  );
  const validate = validator.compile(LabelEventSchema);
  for (const label of known) {
    expect(validate(label), JSON.stringify(validate.errors)).toBe(true);
    expect(label.id).toBe(`label:${label.payload.transaction_id}`);
  }
  const sent = new Set(bank.received.map(({ id }) => id));
  expect(known.filter(({ payload }) => !sent.has(payload.transaction_id))).toEqual([]);

  const { summary, rows } = await world.truth('?rows=5');
  expect(summary.answered).toBeGreaterThan(100);
  expect(summary.codes).toEqual({ 200: summary.requests });
  expect(rows).toHaveLength(5);
  expect(rows[0]).toMatchObject({
    code: '200',
    region: 'eu',
    country: expect.any(String),
    decision: expect.any(String),
  });
  expect((await world.truth('?seconds=0.001')).summary.requests).toBeLessThan(summary.requests);
  expect((await world.truth('?to=2025-03-03T00:00:00.000Z')).summary.requests).toBe(0);
  const metrics = (await world.app.inject('/metrics')).body;
  expect(metrics).toMatch(/firedrill_world_requests_total\{channel="terminal",code="200"\} \d{2,}/);
  expect(metrics).toMatch(/firedrill_world_target_rate 100/);
});

test('the truth is for its token alone', async () => {
  const world = await startWorld(await bankThat());
  for (const token of [undefined, ADMIN_TOKEN, `${TRUTH_TOKEN}x`]) {
    const reply = await world.app.inject({
      url: '/v1/truth',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    expect(reply.statusCode).toBe(401);
  }
  for (const url of ['/v1/info', '/v1/sample', '/v1/shifts', '/metrics']) {
    expect((await world.app.inject(url)).body).not.toMatch(/is_fraud|truth-token/);
  }
});

test('a sample is a body ready to post, of a card the bank knows', async () => {
  const world = await startWorld(await bankThat());
  const sample = (await world.app.inject('/v1/sample')).json();
  const validate = validator.compile(ScoreRequestSchema);
  expect(validate(sample), JSON.stringify(validate.errors)).toBe(true);
  expect(sample.transaction.card_id).toMatch(/^card-\d{5}$/);
  expect(Math.abs(Date.parse(sample.transaction.timestamp) - world.clock.now())).toBeLessThan(86_400_000);
});

test('pausing stops the payments, and lifting it does not make up for them', async () => {
  const bank = await bankThat();
  const world = await startWorld(bank);
  await waitFor('payments', () => bank.received.length > 20, soon);
  const patch = (settings: Record<string, unknown>) =>
    world.app.inject({ method: 'PATCH', url: '/v1/settings', headers: admin, payload: settings });
  expect((await patch({ 'traffic.paused': true })).statusCode).toBe(200);
  expect((await world.app.inject('/metrics')).body).toMatch(/firedrill_world_target_rate 0/);
  const pausedAt = world.clock.now();
  const answered = await waitFor(
    'everybody to be served',
    async () => {
      const info = (await world.app.inject('/v1/info')).json();
      return info.waiting_customers === 0 && bank.received.length;
    },
    soon,
  );
  // A business day goes by, 400 payments otherwise.
  await waitFor('a business day', () => world.clock.now() > pausedAt + 86_400_000, soon);
  expect(bank.received.length).toBe(answered);
  await patch({ 'traffic.paused': false });
  await waitFor('payments again', () => bank.received.length > answered, soon);
  expect(bank.received.length - answered).toBeLessThan(100);
  expect((await auditTrail()).map(({ action, actor }) => [action, actor])).toEqual([
    ['settings.patch', 'tester'],
    ['settings.patch', 'tester'],
  ]);
});

test('a customer tries once more with the same id after a 5xx, and not after a 4xx', async () => {
  const bank = await bankThat((_received, before) => (before === 0 ? 503 : 400));
  const world = await startWorld(bank);
  await waitFor('50 answers', async () => (await world.truth()).summary.requests >= 50, soon);
  const tries = new Map<string, number>();
  for (const { id } of bank.received) tries.set(id, (tries.get(id) ?? 0) + 1);
  expect(Math.max(...tries.values())).toBe(2);
  const { summary } = await world.truth();
  expect(summary.codes).toEqual({ 400: summary.requests });
  expect(summary).toMatchObject({ answered: 0, auc: null, unanswered: summary.requests - summary.frauds });
});

test('a bank that is silent or gone is an answer too, and what it never took gets no label', async () => {
  const silent = await bankThat(() => 'silence');
  const world = await startWorld(silent, { settings: { 'traffic.timeout_ms': 50 } });
  await waitFor('timeouts', async () => (await world.truth()).summary.codes.timeout >= 20, soon);
  await silent.close();
  await waitFor('refused connections', async () => (await world.truth()).summary.codes.error >= 20, soon);
  expect((await world.app.inject('/healthz')).statusCode).toBe(200);
  await world.lifecycle.stop();
  expect(await labels()).toEqual([]);
});

test('shifts are switched on and off with the token of the truth, and the bank hears nothing of it', async () => {
  const world = await startWorld(await bankThat());
  const headers = { authorization: `Bearer ${TRUTH_TOKEN}` };
  const call = (method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) =>
    world.app.inject({ method, url, headers, ...(payload && { payload }) });
  for (const method of ['GET', 'POST'] as const) {
    const url = '/v1/shifts';
    const reply = await world.app.inject({ method, url, headers: admin, payload: { name: 'holiday' } });
    expect(reply.statusCode).toBe(401);
  }
  const started = await call('POST', '/v1/shifts', { name: 'holiday', parameters: { volume: 2 } });
  expect(started.statusCode).toBe(201);
  expect(started.json()).toMatchObject({ name: 'holiday', parameters: { volume: 2, amount: 1.4 } });
  expect((await call('GET', '/v1/shifts')).json().active).toEqual([started.json()]);
  for (const url of ['/v1/info', '/v1/settings', '/metrics']) {
    expect((await world.app.inject(url)).body).not.toContain('holiday');
  }
  expect((await call('POST', '/v1/shifts', { name: 'holiday' })).json().error.code).toBe('WORLD_SHIFT_ON');
  expect((await call('POST', '/v1/shifts', { name: 'nope' })).statusCode).toBe(404);
  expect((await call('DELETE', '/v1/shifts/holiday')).statusCode).toBe(200);
  expect((await call('DELETE', '/v1/shifts/holiday')).json().error.code).toBe('WORLD_SHIFT_OFF');
  expect(await auditTrail()).toEqual([]);
});

test('killed and started again, it tells every label of what was answered and repeats no id', async () => {
  const bank = await bankThat();
  const config = configFor({ stateDir, redisUrl: redis.url, gatewayUrl: bank.url, daySeconds: 8 });
  const port = await freePort();
  const env = Object.fromEntries(Object.entries({ ...config, PORT: port }).map(([k, v]) => [k, String(v)]));
  const start = () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], { env, stdio: 'ignore' });
    cleanups.push(() => child.kill('SIGKILL'));
    return child;
  };
  const first = start();
  await waitFor('100 payments', () => bank.received.length >= 100, soon);
  first.kill('SIGKILL');
  await once(first, 'exit');
  const before = bank.received.map(({ id }) => id);

  start();
  await waitFor('payments of the second run', () => bank.received.length >= before.length + 100, soon);
  await waitFor(
    'the labels of everything sent before the kill',
    async () => {
      const told = new Set((await labels()).map(({ payload }) => payload.transaction_id));
      return before.every((id) => told.has(id));
    },
    soon,
  );
  expect(new Set(bank.received.map(({ id }) => id)).size).toBe(bank.received.length);
});

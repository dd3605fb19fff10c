import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../../../lib/kit/metrics.ts';
import { connectRedis, redisReady } from '../../../lib/kit/redis.ts';
import { createSettings } from '../../../lib/kit/settings.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import { BREAKER_SETTINGS, CircuitBreaker } from './breaker.ts';
import { OnlineStore } from './store.ts';
import { listen, sampleOf } from './testbed.ts';

let server: RedisServer;
const stops: (() => unknown)[] = [];

beforeAll(async () => {
  server = await startRedis();
  await (await server.connect()).mset('a', '1', 'b', '2');
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await server.stop();
});

async function makeBreaker(initial: Record<string, unknown> = {}) {
  const metrics = createMetrics();
  const settings = createSettings(BREAKER_SETTINGS, { 'breaker.min_lookups': 5, ...initial });
  const redis = connectRedis(server.url, { socketTimeout: 60_000 });
  stops.push(() => redis.disconnect());
  await redisReady(redis);
  const logger = listen();
  const timeout = { ms: 5_000 };
  const store = new OnlineStore(redis, () => timeout.ms, metrics);
  const breaker = new CircuitBreaker(store, settings, { metrics, logger: logger as never });
  return {
    breaker,
    settings,
    logger,
    timeout,
    asked: () => sampleOf(metrics, 'firedrill_feature_store_requests_total'),
    level: () => sampleOf(metrics, 'firedrill_circuit_state{dependency="online_store"}'),
    opened: () =>
      sampleOf(metrics, 'firedrill_circuit_transitions_total{dependency="online_store",to="open"}'),
  };
}
type Made = Awaited<ReturnType<typeof makeBreaker>>;

const WITHIN = { deadlineMs: 20_000, everyMs: 10 };
const ROWS = ['1', '2', null];
const read = ({ breaker }: Made) => breaker.read(['a', 'b', 'c']);

/** Freezes Redis and asks until the circuit opens. */
async function open(made: Made): Promise<void> {
  server.pause();
  made.timeout.ms = 20;
  await waitFor(
    'the circuit to open',
    async () => {
      await Promise.all([read(made), read(made), read(made)]);
      return made.breaker.state === 'open';
    },
    WITHIN,
  );
  made.timeout.ms = 60_000;
}

test('closed: rows come through, and a few failures among many change nothing', async () => {
  const made = await makeBreaker({ 'breaker.failure_ratio': 0.5 });
  for (let i = 0; i < 20; i++) expect(await read(made)).toEqual(ROWS);
  made.timeout.ms = 0;
  server.pause();
  for (let i = 0; i < 3; i++) expect(await read(made)).toBe('timeout');
  server.resume();
  made.timeout.ms = 5_000;
  expect(await read(made)).toEqual(ROWS);
  expect([made.breaker.state, await made.level(), await made.opened()]).toEqual(['closed', 0, 0]);
});

test('a store that does not answer opens it, and is then left alone', async () => {
  const made = await makeBreaker({ 'breaker.open_ms': 60_000 });
  try {
    await open(made);
    const before = await made.asked();
    for (let i = 0; i < 50; i++) expect(await read(made)).toBe('circuit_open');
    expect(await made.asked()).toBe(before);
    expect([await made.level(), await made.opened()]).toEqual([2, 1]);
    expect(made.logger.lines).toEqual([{ level: 'warn', line: { dependency: 'online_store', to: 'open' } }]);
  } finally {
    server.resume();
  }
});

test('probes go beside the requests; all answered they close it', async () => {
  const made = await makeBreaker({ 'breaker.open_ms': 10, 'breaker.probes': 4 });
  try {
    await open(made);
    await waitFor(
      'a probe to be under way',
      async () => (await read(made)) === 'circuit_open' && made.breaker.state === 'half_open',
      WITHIN,
    );
    // Frozen as it is, the store owes the probe an answer; nobody else waits for it.
    expect(await made.level()).toBe(1);
    const before = await made.asked();
    for (let i = 0; i < 50; i++) expect(await read(made)).toBe('circuit_open');
    expect(await made.asked()).toBe(before);
  } finally {
    server.resume();
  }
  const closed = async () => (await read(made)) !== 'circuit_open' && made.breaker.state === 'closed';
  await waitFor('the circuit to close', closed, WITHIN);
  expect(await read(made)).toEqual(ROWS);
  expect(await made.level()).toBe(0);
  expect(made.logger.lines.at(-1)).toEqual({
    level: 'info',
    line: { dependency: 'online_store', to: 'closed' },
  });
});

test('a store that is gone opens it too, and the circuit survives the way back', async () => {
  const made = await makeBreaker({ 'breaker.open_ms': 10, 'breaker.probes': 2 });
  await server.kill();
  const opened = async () => {
    await read(made);
    return made.breaker.state !== 'closed';
  };
  await waitFor('the circuit to open', opened, WITHIN);
  await server.start();
  const answered = async () => typeof (await read(made)) !== 'string';
  await waitFor('rows to come through', answered, WITHIN);
  await (await server.connect()).mset('a', '1', 'b', '2');
});

test('switched off it lets everything through; other thresholds start it anew', async () => {
  const made = await makeBreaker({ 'breaker.open_ms': 60_000 });
  try {
    await open(made);
  } finally {
    server.resume();
  }
  made.settings.patch({ 'breaker.probes': 3 });
  expect(made.breaker.state).toBe('closed');
  made.settings.patch({ 'breaker.enabled': false });
  made.timeout.ms = 0;
  server.pause();
  try {
    for (let i = 0; i < 30; i++) expect(await read(made)).toBe('timeout');
  } finally {
    server.resume();
  }
  expect(made.breaker.state).toBe('closed');
});

test('no more than a bounded number of commands wait for a frozen store', async () => {
  const made = await makeBreaker({ 'breaker.enabled': false });
  server.pause();
  made.timeout.ms = 1;
  try {
    const answers = await Promise.all(Array.from({ length: 200 }, () => read(made)));
    expect(answers.filter((answer) => answer === 'timeout')).toHaveLength(64);
    expect(answers.filter((answer) => answer === 'overloaded')).toHaveLength(136);
    expect(await made.asked()).toBe(64);
  } finally {
    server.resume();
  }
  made.timeout.ms = 5_000;
  await waitFor('the store to answer again', async () => typeof (await read(made)) !== 'string', WITHIN);
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogUnderTest, labelEvent, openLog, transactionEvent } from '../../../tests/support/eventlog.ts';
import { DURABLE, type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import { waitFor } from '../wait.ts';
import { partitionOf } from './log.ts';

let redis: RedisServer;
let process1: LogUnderTest;
beforeEach(async () => {
  redis = await startRedis(DURABLE);
  process1 = await openLog(redis.url);
});
afterEach(async () => {
  await process1.close();
  await redis.stop();
});

const append = (number: number) => process1.log.append('labels', 'c', labelEvent(number));

async function logged(): Promise<string[]> {
  const ids: string[] = [];
  for await (const { event } of process1.log.read('labels', 0)) ids.push(event.id);
  return ids;
}

const spooled = async (of = process1) =>
  (await of.metrics.registry.getSingleMetric('firedrill_eventlog_spooled_events')!.get()).values[0]!.value;
const emptySpool = () =>
  waitFor('the spool to be empty', async () => (await spooled()) === 0, { deadlineMs: 15_000 });
const labels = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `l${from + i}`);

test('records of one key stay in order in one partition', async () => {
  const cards = ['a', 'b', 'c', 'd', 'e', 'f'];
  const events = cards.flatMap((card) => [0, 1, 2, 3, 4].map((number) => transactionEvent(card, number)));
  await Promise.all(
    events.map((event) => process1.log.append('transactions', event.payload.transaction.card_id, event)),
  );
  for (const card of cards) {
    const found: string[] = [];
    for await (const { event } of process1.log.read('transactions', partitionOf('transactions', card))) {
      if (event.payload.transaction.card_id === card) found.push(event.id);
    }
    expect(found).toEqual([0, 1, 2, 3, 4].map((number) => `${card}-${number}`));
  }
});

test('what was answered "logged" survives kill -9 of Redis, and nothing is lost around it', async () => {
  const answers = new Map<string, string>();
  let number = 0;
  let going = true;
  // A caller that never waits for anybody else, as traffic does not.
  const traffic = Array.from({ length: 8 }, async () => {
    while (going) {
      const mine = number++;
      answers.set(`l${mine}`, await append(mine));
    }
  });
  await waitFor('a thousand appends', () => answers.size > 1_000, { deadlineMs: 10_000, everyMs: 1 });
  await redis.kill();
  const acknowledged = [...answers].filter(([, where]) => where === 'logged').map(([id]) => id);
  await waitFor('appends to go to the spool', async () => (await spooled()) > 100, { deadlineMs: 10_000 });
  await redis.start();
  await waitFor('appends to reach the log again', () => [...answers.values()].at(-1) === 'logged', {
    deadlineMs: 20_000,
  });
  going = false;
  await Promise.all(traffic);

  const found = new Set(await logged());
  expect(acknowledged.length).toBeGreaterThan(900);
  expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  expect([...answers.keys()].filter((id) => !found.has(id))).toEqual([]);
});

test('the spool is replayed in order, before what comes after it', async () => {
  await Promise.all(labels(0, 5).map((_, i) => append(i)));
  await redis.kill();
  for (let i = 5; i < 400; i++) expect(await append(i)).toBe('spooled');
  expect(await spooled()).toBe(395);
  await redis.start();
  await emptySpool();
  expect(await append(400)).toBe('logged');
  expect(await logged()).toEqual(labels(0, 401));
  expect(existsSync(join(process1.stateDir, 'spool.jsonl'))).toBe(false);
});

test('steady traffic does not keep the spool from being replayed', async () => {
  await redis.kill();
  for (let i = 0; i < 50; i++) await append(i);
  let number = 50;
  const traffic = setInterval(() => void append(number++), 10);
  await redis.start();
  await emptySpool();
  clearInterval(traffic);
  await append(number);
  expect(await logged()).toEqual(labels(0, number + 1));
});

test('a spool left by a process that ended is replayed by the next one', async () => {
  await redis.kill();
  for (let i = 0; i < 10; i++) await append(i);
  await process1.reopen();
  expect(await append(10)).toBe('spooled');
  await redis.start();
  await emptySpool();
  expect(await logged()).toEqual(labels(0, 11));
});

test('a Redis that hangs costs callers a bounded wait, and the event is kept', async () => {
  redis.pause();
  const asked = performance.now();
  expect(await append(0)).toBe('spooled');
  expect(performance.now() - asked).toBeLessThan(6_000);
  redis.resume();
  await emptySpool();
  // Written when it hung and again from the spool: consumers count the id once.
  expect(new Set(await logged())).toEqual(new Set(['l0']));
});

test('beyond its bound the spool refuses, says so, and keeps what it has', async () => {
  const bounded = await openLog(redis.url, { spoolLimit: 2_000 });
  await redis.kill();
  const take = async (number: number) =>
    bounded.log.append('labels', 'c', labelEvent(number)).catch((error: { code: string }) => error.code);
  const answers: string[] = [];
  for (let i = 0; i < 20; i++) answers.push(await take(i));
  const kept = answers.filter((answer) => answer === 'spooled').length;
  expect(kept).toBeGreaterThan(3);
  expect(answers.slice(kept)).toEqual(Array(20 - kept).fill('LOG_SPOOL_FULL'));
  expect(await bounded.metrics.registry.metrics()).toMatch(
    `firedrill_eventlog_rejected_total{topic="labels"} ${20 - kept}`,
  );
  await redis.start();
  await waitFor('the spool to be empty', async () => (await spooled(bounded)) === 0, { deadlineMs: 15_000 });
  expect(await logged()).toEqual(labels(0, kept));
  await bounded.close();
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogUnderTest, openLog, transactionEvent } from '../../../tests/support/eventlog.ts';
import { DURABLE, type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import type { TransactionEvent } from '../../contract/events.ts';
import { createLogger } from '../logging.ts';
import { waitFor } from '../wait.ts';
import { contractProblem } from './contract.ts';
import { DeadLetters, type OnBadEvent } from './dead-letters.ts';
import { type LogRecord, partitionOf } from './log.ts';

let redis: RedisServer;
let under: LogUnderTest;
beforeEach(async () => {
  redis = await startRedis(DURABLE);
  under = await openLog(redis.url);
});
afterEach(async () => {
  await under.close();
  await redis.stop();
});

const CARD = 'card1';
const partition = partitionOf('transactions', CARD);
const within = { deadlineMs: 20_000, everyMs: 20 };

/** A reader of the real log that stops at, or goes around, what it cannot read. */
async function read(onBadEvent: () => OnBadEvent): Promise<string[]> {
  const deadLetters = new DeadLetters({
    source: 'reader',
    group: 'g',
    log: under.log,
    clock: { iso: () => '2025-03-03T00:00:00.000Z' },
    metrics: under.metrics,
    logger: createLogger({ name: 'test', level: 'silent' }),
    onBadEvent,
  });
  const seen: string[] = [];
  await under.log.consume({
    topic: 'transactions',
    group: 'g',
    member: 'm',
    handle: async (records) => {
      for (const { event } of await deadLetters.readable(records))
        if (!seen.includes(event.id)) seen.push(event.id);
    },
  });
  return seen;
}

const letters = async (): Promise<LogRecord<'dead-letters'>[]> =>
  Array.fromAsync(under.log.read('dead-letters', 0));
const total = async (name: string): Promise<number> => {
  const found = (await under.metrics.registry.getMetricsAsJSON()).find((metric) => metric.name === name);
  return (found?.values ?? []).reduce((sum, { value }) => sum + value, 0);
};

/** Good, bad, good. */
async function appendThree(): Promise<void> {
  const bad = transactionEvent(CARD, 2) as unknown as { payload: { transaction: Record<string, unknown> } };
  bad.payload.transaction.amount = '12,50';
  for (const event of [
    transactionEvent(CARD, 1),
    bad as unknown as TransactionEvent,
    transactionEvent(CARD, 3),
  ])
    await under.log.append('transactions', CARD, event);
}

test('an event that breaks its contract is set aside with everything needed to look into it', async () => {
  await appendThree();
  const seen = await read(() => 'set_aside');
  await waitFor('the events around it', () => seen.length === 2, within);
  expect(seen).toEqual([`${CARD}-1`, `${CARD}-3`]);
  const [letter, ...more] = await letters();
  expect(more).toEqual([]);
  expect(letter?.event).toMatchObject({
    id: `transactions:${partition}:${letter?.event.payload.position}:g`,
    type: 'event.set_aside',
    source: 'reader',
    payload: {
      topic: 'transactions',
      partition,
      group: 'g',
      problem: 'payload.transaction.amount must be number',
      event: { id: `${CARD}-2` },
    },
  });
  const client = await redis.connect();
  const { position } = letter!.event.payload;
  expect(await client.xrange(`log:transactions:${partition}`, position, position)).toHaveLength(1);
  expect(await total('firedrill_eventlog_set_aside_total')).toBe(1);
});

test('under block its partition waits, and goes on once such events may be set aside', async () => {
  await appendThree();
  let onBadEvent: OnBadEvent = 'block';
  const seen = await read(() => onBadEvent);
  await waitFor(
    'failing more than once',
    async () => (await total('firedrill_eventlog_handler_failures_total')) > 1,
    within,
  );
  expect(seen).toEqual([]);
  expect(await letters()).toEqual([]);
  onBadEvent = 'set_aside';
  await waitFor('the events around it', () => seen.length === 2, within);
  expect(await letters()).toHaveLength(1);
});

test('the contract names what is wrong and ignores fields it does not know', () => {
  const good = transactionEvent(CARD, 1);
  expect(contractProblem('transactions', good)).toBeUndefined();
  const { transaction } = good.payload;
  const changed = (change: Record<string, unknown>) => ({
    ...good,
    payload: { ...good.payload, transaction: { ...transaction, ...change } },
  });
  expect(contractProblem('transactions', changed({ wallet: 'w1' }))).toBeUndefined();
  expect(contractProblem('transactions', changed({ timestamp: '03.03.2025 12:00' }))).toBe(
    'payload.transaction.timestamp must match format "date-time"',
  );
  expect(contractProblem('transactions', changed({ currency: 'JPY' }))).toMatch(
    /must be equal to one of .*EUR/,
  );
  expect(contractProblem('transactions', { ...good, payload: {} })).toMatch(/payload must have required/);
  expect(contractProblem('transactions', 7)).toBe('the event must be object');
});

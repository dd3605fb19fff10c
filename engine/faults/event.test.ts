import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contractProblem } from '../../lib/kit/eventlog/contract.ts';
import { partitionOf } from '../../lib/kit/eventlog/log.ts';
import { type LogUnderTest, labelEvent, openLog, transactionEvent } from '../../tests/support/eventlog.ts';
import { DURABLE, type RedisServer, startRedis } from '../../tests/support/redis.ts';
import type { DrillContext } from '../contract/parts.ts';
import { armable, contextOf } from '../testbed.ts';
import event from './event.ts';

const NOW = '2025-03-04T12:00:00.000Z';
const CARD = 'card1';
const partition = partitionOf('transactions', CARD);

let redis: RedisServer;
let logRedis: Redis;
let under: LogUnderTest;
let context: DrillContext;
beforeEach(async () => {
  redis = await startRedis(DURABLE);
  logRedis = await redis.connect();
  under = await openLog(redis.url);
  context = contextOf({ logRedis, clock: { iso: () => NOW } as DrillContext['clock'] });
  await under.log.append('transactions', CARD, transactionEvent(CARD, 1));
});
afterEach(async () => {
  await under.close();
  await redis.stop();
});

const armed = (given: Record<string, unknown>) => armable(event, context, given);
const records = () => Array.fromAsync(under.log.read('transactions', partition));

test('a copy of the newest event, of this moment, and a purchase of its own, comes last in its partition', async () => {
  await armed({}).inject();
  const [first, last, ...more] = await records();
  expect(more).toEqual([]);
  expect(last?.event).toMatchObject({ source: 'test', occurred_at: NOW, recorded_at: NOW });
  expect(last?.event.payload.transaction).toMatchObject({ card_id: CARD, timestamp: NOW });
  expect(last?.event.id).not.toBe(first?.event.id);
  expect(last?.event.payload.transaction.id).not.toBe(first?.event.payload.transaction.id);
  expect(contractProblem('transactions', last?.event)).toBeUndefined();
});

test('what is wrong with it passes the log and breaks the contract', async () => {
  await armed({
    partition,
    change: { payload: { transaction: { amount: '12,50', currency: null } } },
  }).inject();
  const last = (await records()).at(-1);
  expect(last?.event.payload.transaction).toMatchObject({ amount: '12,50', country: 'DE' });
  expect(contractProblem('transactions', last?.event)).toContain('payload.transaction');
});

test('clear removes exactly that one, also when it is gone already', async () => {
  const fault = armed({});
  const undo = await fault.inject();
  await under.log.append('transactions', CARD, transactionEvent(CARD, 2));
  await fault.clear(undo);
  await fault.clear(undo);
  await fault.clear(undefined);
  expect((await records()).map(({ event: { id } }) => id)).toEqual([`${CARD}-1`, `${CARD}-2`]);
});

test('other topics work as well', async () => {
  await under.log.append('labels', 'any', labelEvent(1));
  await armed({ topic: 'labels', change: { payload: { is_fraud: 'yes' } } }).inject();
  const labels = await Array.fromAsync(under.log.read('labels', 0));
  expect(labels.at(-1)?.event.payload).toMatchObject({ transaction_id: 't1', is_fraud: 'yes' });
});

test('says when there is nothing to copy, and which partitions there are', async () => {
  await expect(armed({ topic: 'predictions' }).inject()).rejects.toMatchObject({ code: 'FAULT_NO_TEMPLATE' });
  await expect(armed({ partition: 9 }).inject()).rejects.toThrow('it has 4, counted from 0');
  expect(() => armed({ topic: 'audit' })).toThrow('topic');
});

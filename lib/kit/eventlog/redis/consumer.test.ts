import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogUnderTest, openLog, transactionEvent } from '../../../../tests/support/eventlog.ts';
import { DURABLE, type RedisServer, startRedis } from '../../../../tests/support/redis.ts';
import { waitFor } from '../../wait.ts';
import { type ConsumeOptions, partitionOf } from '../log.ts';
import { streamKey } from './keys.ts';

let redis: RedisServer;
let producer: LogUnderTest;
const opened: LogUnderTest[] = [];
beforeEach(async () => {
  redis = await startRedis(DURABLE);
  producer = await process();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await redis.stop();
});

/** Another process that speaks to the same log. */
async function process(): Promise<LogUnderTest> {
  const one = await openLog(redis.url);
  opened.push(one);
  return one;
}

type Handle = ConsumeOptions<'transactions'>['handle'];
const consume = (of: LogUnderTest, member: string, handle: Handle, batchSize = 50) =>
  of.log.consume({ topic: 'transactions', group: 'g', member, batchSize, handle });

const collector = () => {
  const seen: string[] = [];
  const handle: Handle = async (records) => void seen.push(...records.map(({ event }) => event.id));
  return { seen, handle };
};

const CARDS = Array.from({ length: 12 }, (_, i) => `card${i}`);
const ids = (from: number, to: number, cards = CARDS) =>
  cards.flatMap((card) => Array.from({ length: to - from }, (_, i) => `${card}-${from + i}`));
async function append(from: number, to: number): Promise<void> {
  for (let number = from; number < to; number++) {
    await Promise.all(
      CARDS.map((card) => producer.log.append('transactions', card, transactionEvent(card, number))),
    );
  }
}
const within = { deadlineMs: 20_000, everyMs: 20 };
const lagOf = async () => (await producer.log.lag('transactions', 'g')).reduce((a, b) => a + b, 0);
const drained = () =>
  waitFor('the group to have acknowledged everything', async () => (await lagOf()) === 0, within);

test('what was read of a partition that went to another member meanwhile is left to that one', async () => {
  const appended = Promise.withResolvers<void>();
  const handedOver = Promise.withResolvers<void>();
  const byFirst: number[] = [];
  const first = await consume(producer, 'a', async (records, { partition }) => {
    if (records.length === 0) return appended.promise;
    // The others were read in the same round, and wait behind this one.
    if (byFirst.length === 0) await handedOver.promise;
    byFirst.push(...records.map(() => partition));
  });
  await waitFor('the first to own all', () => first.owned().length === 4, within);
  await append(0, 5);
  appended.resolve();
  const second = collector();
  const other = await consume(await process(), 'b', second.handle);
  await waitFor('a share for both', () => other.owned().length === 2, within);
  const theirs = ids(0, 5).filter((id) =>
    other.owned().includes(partitionOf('transactions', id.split('-')[0]!)),
  );
  await waitFor('the second to have its share', () => second.seen.length >= theirs.length, within);
  handedOver.resolve();
  await drained();
  expect([...second.seen].sort()).toEqual(theirs.sort());
  expect(byFirst.filter((partition) => other.owned().includes(partition))).toEqual([]);
  expect(byFirst).toHaveLength(ids(0, 5).length - theirs.length);
});

test('trims what is old, never what the slowest group has not acknowledged', async () => {
  const { seen, handle } = collector();
  const fast = await consume(producer, 'm', handle);
  await append(0, 10);
  await waitFor('the fast group', () => seen.length === 10 * CARDS.length, within);
  await drained();
  // A second group that has read a little of each partition and acknowledged none of it.
  const client = await redis.connect();
  for (const partition of [0, 1, 2, 3]) {
    const key = streamKey('transactions', partition);
    await client.xgroup('CREATE', key, 'slow', '0');
    await client.xreadgroup('GROUP', 'slow', 's', 'COUNT', 1, 'STREAMS', key, '>');
  }
  expect(await producer.log.trim('transactions', 0)).toBe(0);
  expect(await producer.log.trim('transactions', 60_000)).toBe(0);

  for (const partition of [0, 1, 2, 3]) {
    await client.xgroup('DESTROY', streamKey('transactions', partition), 'slow');
  }
  await fast.stop();
  // The last entry a group has read stays: it marks the place.
  expect(await producer.log.trim('transactions', 0)).toBe(10 * CARDS.length - 4);
  await append(10, 11);
  expect(await lagOf()).toBe(CARDS.length);
});

test('lag is right again after Redis was killed, which forgets what a group has read since its file was rewritten', async () => {
  const { seen, handle } = collector();
  // Without a group there is no lag either, so the records themselves are waited for.
  const handedOver = async (count: number) => {
    await waitFor(`${count} records to be handed over`, () => seen.length >= count, within);
    await drained();
  };
  await consume(await process(), 'a', handle);
  await append(0, 10);
  await handedOver(10 * CARDS.length);
  const admin = await redis.connect();
  await admin.bgrewriteaof();
  await waitFor(
    'the file to be rewritten',
    async () => (await admin.info('persistence')).includes('aof_rewrite_in_progress:0'),
    within,
  );
  await append(10, 30);
  await handedOver(30 * CARDS.length);
  // While nothing is trimmed Redis can tell the lag from the length alone.
  await producer.log.trim('transactions', 0);
  await redis.kill();
  await redis.start();
  const logged = async () =>
    (await producer.log.append('transactions', 'card0', transactionEvent('card0', 30))) === 'logged';
  await waitFor('an append to be logged again', logged, within);
  await waitFor('the consumer to go on', () => seen.includes('card0-30'), within);
  await drained();
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LogUnderTest, labelEvent, openLog, transactionEvent } from '../../../tests/support/eventlog.ts';
import { DURABLE, type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import { waitFor } from '../wait.ts';
import { streamKey } from './keys.ts';
import { type ConsumeOptions, type LogRecord, partitionOf } from './log.ts';

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
const ofCard = (seen: readonly string[], card: string) =>
  seen.filter((id) => id.startsWith(`${card}-`)).map((id) => Number(id.split('-')[1]));

test('hands over everything from the oldest record on, in order per key, and the end as an empty batch', async () => {
  await append(0, 20);
  const { seen, handle } = collector();
  const ends = new Set<number>();
  await consume(producer, 'm', async (records, context) => {
    if (context.caughtUpAt !== undefined) ends.add(context.partition);
    await handle(records, context);
  });
  await append(20, 25);
  await waitFor('all events', () => seen.length >= 25 * CARDS.length, within);
  await waitFor('the end of every partition', () => ends.size === 4, within);
  expect([...seen].sort()).toEqual(ids(0, 25).sort());
  for (const card of CARDS) expect(ofCard(seen, card)).toEqual(Array.from({ length: 25 }, (_, i) => i));
  await drained();
});

test('lag counts what is not acknowledged, delivered or not', async () => {
  await append(0, 10);
  expect(await lagOf()).toBe(0); // the group does not exist yet
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await consume(producer, 'm', async () => held, 5);
  await waitFor('the group to exist everywhere', async () => (await lagOf()) > 0, within);
  await append(10, 15);
  release();
  await drained();
});

test('a batch a crashed member never acknowledged goes to the next one, first', async () => {
  await append(0, 10);
  const script = fileURLToPath(new URL('../../../tests/support/hanging-consumer.ts', import.meta.url));
  const crashing = spawn(execPath, [script, redis.url, 'transactions', 'g'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(crashing.stdout, 'data')) as [Buffer];
  const taken = line.toString().trim().split(' ');
  crashing.kill('SIGKILL');
  await once(crashing, 'exit');

  const { seen, handle } = collector();
  await consume(await process(), 'next', handle);
  await waitFor('everything, taken or not', () => new Set(seen).size === 10 * CARDS.length, within);
  for (const card of CARDS) expect(ofCard(seen, card)).toEqual(Array.from({ length: 10 }, (_, i) => i));
  expect(taken).toHaveLength(3);
  expect(seen.filter((id) => taken.includes(id))).toEqual(taken);
});

test('a batch that cannot be processed is tried again and blocks its own partition only', async () => {
  const poisoned = CARDS[0]!;
  const partition = partitionOf('transactions', poisoned);
  const others = CARDS.filter((card) => partitionOf('transactions', card) !== partition);
  let healed = false;
  const { seen, handle } = collector();
  let attempts = 0;
  await consume(
    producer,
    'm',
    async (records, context) => {
      if (!healed && records.some(({ event }) => event.id === `${poisoned}-3`)) {
        attempts += 1;
        throw new Error('cannot read this one');
      }
      await handle(records, context);
    },
    1,
  );
  await append(0, 10);
  await waitFor('all other partitions', () => ids(0, 10, others).every((id) => seen.includes(id)), within);
  await waitFor('three attempts', () => attempts >= 3, within);
  expect(ofCard(seen, poisoned)).toEqual([0, 1, 2]);
  // It waits longer from one attempt to the next instead of burning the processor.
  expect(attempts).toBeLessThan(20);
  const metrics = await producer.metrics.registry.metrics();
  expect(metrics).toMatch(new RegExp(`handler_failures_total.*partition="${partition}"} [1-9]`));

  healed = true;
  await waitFor('the blocked partition', () => ids(0, 10).every((id) => seen.includes(id)), within);
  expect(ofCard(seen, poisoned)).toEqual(Array.from({ length: 10 }, (_, i) => i));
});

test('two members share the partitions, hand over without overlap, and one takes all when the other leaves', async () => {
  const working = new Map<number, string>();
  const overlaps: string[] = [];
  const seen: string[] = [];
  const slowly =
    (member: string): Handle =>
    async (records, { partition }) => {
      if (records.length === 0) return;
      const other = working.get(partition);
      if (other !== undefined) overlaps.push(`${partition}: ${other} and ${member}`);
      working.set(partition, member);
      await new Promise((resolve) => setTimeout(resolve, 40));
      working.delete(partition);
      seen.push(...records.map(({ event }) => event.id));
    };
  const first = await consume(producer, 'a', slowly('a'), 10);
  await waitFor('the first to own all', () => first.owned().length === 4, within);
  await append(0, 30);
  const second = await consume(await process(), 'b', slowly('b'), 10);
  await waitFor('a share for both', () => first.owned().length === 2 && second.owned().length === 2, within);
  expect([...first.owned(), ...second.owned()].sort()).toEqual([0, 1, 2, 3]);
  await append(30, 40);
  await second.stop();
  await waitFor('the first to own all again', () => first.owned().length === 4, within);
  await append(40, 45);
  await drained();
  expect(overlaps).toEqual([]);
  for (const card of CARDS) expect(ofCard(seen, card)).toEqual(Array.from({ length: 45 }, (_, i) => i));
});

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

test('a consumer goes on where it was when Redis died and came back', async () => {
  const { seen, handle } = collector();
  await consume(producer, 'm', handle);
  await append(0, 5);
  await waitFor('the first events', () => new Set(seen).size === 5 * CARDS.length, within);
  await redis.kill();
  await append(5, 8);
  await redis.start();
  await waitFor('the events from the outage', () => new Set(seen).size === 8 * CARDS.length, within);
  for (const card of CARDS) expect([...new Set(ofCard(seen, card))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
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

test('lag stays on the metrics page while Redis answers, and the page answers when Redis hangs', async () => {
  await consume(producer, 'm', async () => {});
  await append(0, 3);
  await drained();
  const sample = 'firedrill_eventlog_consumer_lag_events{topic="transactions",group="g",partition="0"}';
  expect(await producer.metrics.registry.metrics()).toMatch(`${sample} 0`);
  redis.pause();
  const asked = performance.now();
  const page = await producer.metrics.registry.metrics();
  redis.resume();
  expect(performance.now() - asked).toBeLessThan(2_000);
  expect(page).not.toMatch(sample);
});

test('an entry that is no event is named', async () => {
  const client = await redis.connect();
  const position = await client.xadd('log:labels:0', '*', 'e', 'not JSON');
  await producer.log.append('labels', 'c', labelEvent(1));
  const read = async () => {
    const records: LogRecord[] = [];
    for await (const record of producer.log.read('labels', 0)) records.push(record);
  };
  await expect(read()).rejects.toMatchObject({
    code: 'LOG_UNREADABLE',
    message: `record ${position} of log:labels:0 is not an event envelope`,
  });
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

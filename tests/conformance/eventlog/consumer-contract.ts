import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ConsumeOptions, type LogRecord, partitionOf } from '../../../lib/kit/eventlog/log.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type LogUnderTest, labelEvent, transactionEvent } from '../../support/eventlog.ts';
import { type Backend, type Bench, openBench } from './backend.ts';

/** What readers may rely on, whatever the log is kept on. */
export const describeConsumers = (kind: Backend) =>
  describe(`consumers of the event log on ${kind.name}`, { timeout: 3 * kind.patienceMs }, () => {
    let bench: Bench;
    let producer: LogUnderTest;
    beforeEach(async () => {
      bench = await openBench(kind);
      producer = await bench.process();
    });
    afterEach(() => bench.close());

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
    const lagOf = async () => (await producer.log.lag('transactions', 'g')).reduce((a, b) => a + b, 0);
    const drained = () =>
      waitFor('the group to have acknowledged everything', async () => (await lagOf()) === 0, bench.within);
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
      await waitFor('all events', () => seen.length >= 25 * CARDS.length, bench.within);
      await waitFor('the end of every partition', () => ends.size === 4, bench.within);
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
      await waitFor('the group to exist everywhere', async () => (await lagOf()) > 0, bench.within);
      await append(10, 15);
      release();
      await drained();
    });

    test('a batch a crashed member never acknowledged goes to the next one, first', async () => {
      await append(0, 10);
      const script = fileURLToPath(new URL('../../support/hanging-consumer.ts', import.meta.url));
      const crashing = spawn(execPath, [script, bench.backend.url, 'transactions', 'g'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [line] = (await once(crashing.stdout, 'data')) as [Buffer];
      const taken = line.toString().trim().split(' ');
      crashing.kill('SIGKILL');
      await once(crashing, 'exit');

      const { seen, handle } = collector();
      await consume(await bench.process(), 'next', handle);
      await waitFor('everything, taken or not', () => new Set(seen).size === 10 * CARDS.length, bench.within);
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
      await waitFor(
        'all other partitions',
        () => ids(0, 10, others).every((id) => seen.includes(id)),
        bench.within,
      );
      await waitFor('three attempts', () => attempts >= 3, bench.within);
      expect(ofCard(seen, poisoned)).toEqual([0, 1, 2]);
      // It waits longer from one attempt to the next instead of burning the processor.
      expect(attempts).toBeLessThan(20);
      const metrics = await producer.metrics.registry.metrics();
      expect(metrics).toMatch(new RegExp(`handler_failures_total.*partition="${partition}"} [1-9]`));

      healed = true;
      await waitFor('the blocked partition', () => ids(0, 10).every((id) => seen.includes(id)), bench.within);
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
      await waitFor('the first to own all', () => first.owned().length === 4, bench.within);
      await append(0, 30);
      const second = await consume(await bench.process(), 'b', slowly('b'), 10);
      await waitFor(
        'a share for both',
        () => first.owned().length === 2 && second.owned().length === 2,
        bench.within,
      );
      expect([...first.owned(), ...second.owned()].sort()).toEqual([0, 1, 2, 3]);
      await append(30, 40);
      await second.stop();
      await waitFor('the first to own all again', () => first.owned().length === 4, bench.within);
      await append(40, 45);
      await drained();
      expect(overlaps).toEqual([]);
      for (const card of CARDS) expect(ofCard(seen, card)).toEqual(Array.from({ length: 45 }, (_, i) => i));
    });

    test('a consumer goes on where it was when the log died and came back', async () => {
      const { seen, handle } = collector();
      await consume(producer, 'm', handle);
      await append(0, 5);
      await waitFor('the first events', () => new Set(seen).size === 5 * CARDS.length, bench.within);
      await bench.backend.kill();
      await append(5, 8);
      await bench.backend.start();
      await waitFor(
        'the events from the outage',
        () => new Set(seen).size === 8 * CARDS.length,
        bench.within,
      );
      for (const card of CARDS) expect([...new Set(ofCard(seen, card))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    test('lag stays on the metrics page while the log answers, and the page answers when the log hangs', async () => {
      await consume(producer, 'm', async () => {});
      await append(0, 3);
      await drained();
      const sample = 'firedrill_eventlog_consumer_lag_events{topic="transactions",group="g",partition="0"}';
      expect(await producer.metrics.registry.metrics()).toMatch(`${sample} 0`);
      await bench.backend.pause();
      const asked = performance.now();
      const page = await producer.metrics.registry.metrics();
      await bench.backend.resume();
      expect(performance.now() - asked).toBeLessThan(2_000);
      expect(page).not.toMatch(sample);
    });

    test('an entry that is no event is named', async () => {
      const position = await bench.backend.put('labels', 0, 'not JSON');
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

    test('a new group may begin with what comes, and then misses nothing of it', async () => {
      await append(0, 3);
      const { seen, handle } = collector();
      const options = { topic: 'transactions', group: 'late', from: 'newest', handle } as const;
      const ends = new Set<number>();
      const first = await producer.log.consume({
        ...options,
        member: 'first',
        async handle(records, { partition }) {
          ends.add(partition);
          if (records.length > 0) throw new Error('never gets that far');
        },
      });
      await waitFor('the end of every partition', () => ends.size === 4, bench.within);
      await append(3, 6);
      await waitFor(
        'lag to show what nobody could read',
        async () =>
          (await producer.log.lag('transactions', 'late')).reduce((a, b) => a + b, 0) === 3 * CARDS.length,
        bench.within,
      );
      await first.stop();
      await producer.log.consume({ ...options, member: 'second' });
      await waitFor('what came since', () => seen.length >= 3 * CARDS.length, bench.within);
      for (const card of CARDS) expect([...new Set(ofCard(seen, card))]).toEqual([3, 4, 5]);
    });
  });

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { partitionOf, type Range } from '../../../lib/kit/eventlog/log.ts';
import { comparePositions } from '../../../lib/kit/eventlog/positions.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type LogUnderTest, labelEvent, transactionEvent } from '../../support/eventlog.ts';
import { type Backend, type Bench, openBench } from './backend.ts';

/** What writers may rely on, whatever the log is kept on. */
export const describeProducers = (kind: Backend) =>
  describe(`producers of the event log on ${kind.name}`, { timeout: 3 * kind.patienceMs }, () => {
    let bench: Bench;
    let process1: LogUnderTest;
    beforeEach(async () => {
      bench = await openBench(kind);
      process1 = await bench.process();
    });
    afterEach(() => bench.close());

    const append = (number: number) => process1.log.append('labels', 'c', labelEvent(number));

    async function logged(): Promise<string[]> {
      const ids: string[] = [];
      for await (const { event } of process1.log.read('labels', 0)) ids.push(event.id);
      return ids;
    }

    const spooled = async (of = process1) =>
      (await of.metrics.registry.getSingleMetric('firedrill_eventlog_spooled_events')!.get()).values[0]!
        .value;
    const emptySpool = () =>
      waitFor('the spool to be empty', async () => (await spooled()) === 0, bench.within);
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

    test('what was answered "logged" survives kill -9 of the log, and nothing is lost around it', async () => {
      const answers = new Map<string, string>();
      const consumed = new Set<string>();
      await process1.log.consume({
        topic: 'labels',
        group: 'g',
        member: 'm',
        handle: async (records) => {
          for (const { event } of records) consumed.add(event.id);
        },
      });
      let number = 0;
      let going = true;
      let betweenMs = 0;
      // Callers that never wait for anybody else, as traffic does not.
      const traffic = Array.from({ length: 8 }, async () => {
        while (going) {
          const mine = number++;
          answers.set(`l${mine}`, await append(mine));
          if (betweenMs > 0) await delay(betweenMs);
        }
      });
      await waitFor('a thousand appends', () => answers.size > 1_000, { ...bench.within, everyMs: 1 });
      // From here on as fast as customers are: a spool that is filled as fast as it can be written is never empty.
      betweenMs = 20;
      await bench.backend.kill();
      const acknowledged = [...answers].filter(([, where]) => where === 'logged').map(([id]) => id);
      await waitFor('appends to go to the spool', async () => (await spooled()) > 100, bench.within);
      await bench.backend.start();
      await waitFor(
        'appends to reach the log again',
        () => [...answers.values()].at(-1) === 'logged',
        bench.within,
      );
      going = false;
      await Promise.all(traffic);

      const found = new Set(await logged());
      expect(acknowledged.length).toBeGreaterThan(900);
      expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
      expect([...answers.keys()].filter((id) => !found.has(id))).toEqual([]);
      await waitFor(
        'the consumer to have gone on to the end',
        () => consumed.size === answers.size,
        bench.within,
      );
    });

    test('the spool is replayed in order, before what comes after it', async () => {
      await Promise.all(labels(0, 5).map((_, i) => append(i)));
      await bench.backend.kill();
      for (let i = 5; i < 400; i++) expect(await append(i)).toBe('spooled');
      expect(await spooled()).toBe(395);
      await bench.backend.start();
      await emptySpool();
      expect(await append(400)).toBe('logged');
      expect(await logged()).toEqual(labels(0, 401));
      expect(existsSync(join(process1.stateDir, 'spool.jsonl'))).toBe(false);
    });

    test('steady traffic does not keep the spool from being replayed', async () => {
      await bench.backend.kill();
      for (let i = 0; i < 50; i++) await append(i);
      let number = 50;
      const traffic = setInterval(() => void append(number++), 10);
      await bench.backend.start();
      await emptySpool();
      clearInterval(traffic);
      await append(number);
      expect(await logged()).toEqual(labels(0, number + 1));
    });

    test('a spool left by a process that ended is replayed by the next one', async () => {
      await bench.backend.kill();
      for (let i = 0; i < 10; i++) await append(i);
      await process1.reopen();
      expect(await append(10)).toBe('spooled');
      await bench.backend.start();
      await emptySpool();
      expect(await logged()).toEqual(labels(0, 11));
    });

    test('a log that hangs costs callers a bounded wait, and the event is kept', async () => {
      await bench.backend.pause();
      const asked = performance.now();
      expect(await append(0)).toBe('spooled');
      expect(performance.now() - asked).toBeLessThan(6_000);
      await bench.backend.resume();
      await emptySpool();
      // Written when it hung and again from the spool: consumers count the id once.
      expect(new Set(await logged())).toEqual(new Set(['l0']));
    });

    test('beyond its bound the spool refuses, says so, and keeps what it has', async () => {
      const bounded = await bench.process({ spoolLimit: 2_000 });
      await bench.backend.kill();
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
      await bench.backend.start();
      await waitFor('the spool to be empty', async () => (await spooled(bounded)) === 0, bench.within);
      expect(await logged()).toEqual(labels(0, kept));
    });

    test('what is kept can be read again from a position, from a time, and from its end', async () => {
      await Promise.all(labels(0, 3).map((_, i) => append(i)));
      const before = Date.now();
      await waitFor('a later millisecond', () => Date.now() > before, { ...bench.within, everyMs: 1 });
      const since = Date.now();
      await waitFor('a later millisecond', () => Date.now() > since, { ...bench.within, everyMs: 1 });
      await Promise.all(labels(3, 6).map((_, i) => append(3 + i)));
      await emptySpool();
      const all = await Array.fromAsync(process1.log.read('labels', 0));
      const ids = async (range: Range) =>
        (await Array.fromAsync(process1.log.read('labels', 0, range))).map(({ event }) => event.id);
      expect(all.map(({ event }) => event.id)).toEqual(labels(0, 6));
      expect(await ids({ after: all[1]!.position })).toEqual(labels(2, 6));
      expect(await ids({ after: all[5]!.position })).toEqual([]);
      expect(await ids({ after: all[0]!.position, limit: 2 })).toEqual(labels(1, 3));
      expect(await ids({ since })).toEqual(labels(3, 6));
      expect(await ids({ since: Date.now() + 60_000 })).toEqual([]);
      const newest = await process1.log.newest('labels', 0, 2);
      expect(newest.map(({ event }) => event.id)).toEqual(['l5', 'l4']);
      expect(await process1.log.newest('labels', 0, 100)).toHaveLength(6);
      expect(await process1.log.newest('quarantine', 0, 5)).toEqual([]);
      const sorted = [...all].sort((a, b) => comparePositions(a.position, b.position));
      expect(sorted).toEqual(all);
    });
  });

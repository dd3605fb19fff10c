import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TransactionEvent } from '../../../lib/contract/events.ts';
import { DeadLetters, type OnBadEvent } from '../../../lib/kit/eventlog/dead-letters.ts';
import { type LogRecord, partitionOf } from '../../../lib/kit/eventlog/log.ts';
import { createLogger } from '../../../lib/kit/logging.ts';
import { waitFor } from '../../../lib/kit/wait.ts';
import { type LogUnderTest, transactionEvent } from '../../support/eventlog.ts';
import { type Backend, type Bench, openBench } from './backend.ts';

/** What happens to an event nobody here can read, whatever the log is kept on. */
export const describeDeadLetters = (kind: Backend) =>
  describe(`dead letters of the event log on ${kind.name}`, { timeout: 3 * kind.patienceMs }, () => {
    let bench: Bench;
    let under: LogUnderTest;
    beforeEach(async () => {
      bench = await openBench(kind);
      under = await bench.process();
    });
    afterEach(() => bench.close());

    const CARD = 'card1';
    const partition = partitionOf('transactions', CARD);

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
      const bad = transactionEvent(CARD, 2) as unknown as {
        payload: { transaction: Record<string, unknown> };
      };
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
      await waitFor('the events around it', () => seen.length === 2, bench.within);
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
      const { position } = letter!.event.payload;
      const kept = await Array.fromAsync(under.log.read('transactions', partition));
      expect(kept.filter((record) => record.position === position)).toHaveLength(1);
      expect(await total('firedrill_eventlog_set_aside_total')).toBe(1);
    });

    test('under block its partition waits, and goes on once such events may be set aside', async () => {
      await appendThree();
      let onBadEvent: OnBadEvent = 'block';
      const seen = await read(() => onBadEvent);
      await waitFor(
        'failing more than once',
        async () => (await total('firedrill_eventlog_handler_failures_total')) > 1,
        bench.within,
      );
      expect(seen).toEqual([]);
      expect(await letters()).toEqual([]);
      onBadEvent = 'set_aside';
      await waitFor('the events around it', () => seen.length === 2, bench.within);
      expect(await letters()).toHaveLength(1);
    });
  });

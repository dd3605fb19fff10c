import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelEvent, TransactionEvent } from '../../lib/contract/events.ts';
import { createClock, OPENING_DAY_MS } from '../../lib/kit/clock.ts';
import type { EventLog } from '../../lib/kit/eventlog/log.ts';
import { openEventLog } from '../../lib/kit/eventlog/open.ts';
import { createLogger } from '../../lib/kit/logging.ts';
import { createMetrics, type Metrics } from '../../lib/kit/metrics.ts';
import { waitFor } from '../../lib/kit/wait.ts';

/** One process' event log: connection, spool and metrics of its own. */
export interface LogUnderTest {
  readonly log: EventLog;
  readonly metrics: Metrics;
  readonly stateDir: string;
  /** Closes it and opens it again on the same spool, as a restart does. */
  reopen(): Promise<EventLog>;
  close(): Promise<void>;
}

/** Opens the event log at `url` and waits until an append would reach it. */
export async function openLog(url: string, options: { spoolLimit?: number } = {}): Promise<LogUnderTest> {
  const stateDir = mkdtempSync(join(tmpdir(), 'log-'));
  const clock = createClock({ wallEpochMs: Date.now(), businessEpochMs: OPENING_DAY_MS, daySeconds: 60 });
  const logger = createLogger({ name: 'test', level: 'silent' });
  let metrics = createMetrics();
  const open = () => openEventLog({ url, stateDir, clock, logger, metrics, ...options });
  let log = await open();
  await connected(log);
  return {
    get log() {
      return log;
    },
    get metrics() {
      return metrics;
    },
    stateDir,
    async reopen() {
      await log.close();
      metrics = createMetrics();
      log = await open();
      return log;
    },
    async close() {
      await log.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Waits until the log answers. */
export const connected = (log: EventLog): Promise<number[]> =>
  waitFor('the event log to answer', () => log.lag('audit', 'nobody'), { deadlineMs: 30_000, everyMs: 20 });

/** A `transaction.scored` of `card`; the number tells it from others of the same card. */
export function transactionEvent(card: string, number: number): TransactionEvent {
  const time = new Date(OPENING_DAY_MS + number).toISOString();
  return {
    id: `${card}-${number}`,
    type: 'transaction.scored',
    version: 1,
    source: 'test',
    occurred_at: time,
    recorded_at: time,
    payload: {
      transaction: {
        id: `${card}-${number}`,
        card_id: card,
        amount: 10,
        currency: 'EUR',
        merchant_id: 'm',
        country: 'DE',
        device_id: 'd',
        channel: 'webshop',
        timestamp: time,
      },
      decision: 'approve',
      score: 0.01,
      region: 'eu',
    },
  };
}

/** A `label.matured`; all labels live in one partition. */
export function labelEvent(number: number): LabelEvent {
  const time = new Date(OPENING_DAY_MS + number).toISOString();
  return {
    id: `l${number}`,
    type: 'label.matured',
    version: 1,
    source: 'test',
    occurred_at: time,
    recorded_at: time,
    payload: { transaction_id: `t${number}`, card_id: 'c', transaction_time: time, is_fraud: false },
  };
}

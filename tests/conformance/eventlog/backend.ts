import type { Topic } from '../../../lib/contract/events.ts';
import { type LogUnderTest, openLog } from '../../support/eventlog.ts';

/** An empty event log on a real server of its kind. */
export interface LogBackend {
  url: string;
  /** Ends the server without warning, and brings it back with what it had on disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Freezes and thaws it: connections stay open, nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Puts a text into a partition past the log. Answers its position. */
  put(topic: Topic, partition: number, text: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Backend {
  name: string;
  open(): Promise<LogBackend>;
  /** How long anything here may take, ms. */
  patienceMs: number;
}

/** One test's log, and processes that speak to it. */
export interface Bench {
  backend: LogBackend;
  within: { deadlineMs: number; everyMs: number };
  process(options?: { spoolLimit?: number }): Promise<LogUnderTest>;
  close(): Promise<void>;
}

export async function openBench({ open, patienceMs }: Backend): Promise<Bench> {
  const backend = await open();
  const opened: LogUnderTest[] = [];
  return {
    backend,
    within: { deadlineMs: patienceMs, everyMs: 20 },
    async process(options) {
      const one = await openLog(backend.url, options);
      opened.push(one);
      return one;
    },
    async close() {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await backend.stop();
    },
  };
}

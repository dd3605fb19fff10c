import type { LogReader } from '../../../lib/kit/eventlog/log.ts';
import { openLogReader } from '../../../lib/kit/eventlog/open.ts';
import { waitFor } from '../../../lib/kit/wait.ts';

const DEADLINE_MS = 5_000;

/** Opens the event log for the life of one job, and waits until it answers. */
export async function openLog(url: string): Promise<LogReader> {
  const log = await openLogReader({ url });
  try {
    await waitFor('the event log to answer', () => log.newest('audit', 0, 1), {
      deadlineMs: DEADLINE_MS,
      everyMs: 20,
    });
  } catch (error) {
    await log.close();
    throw error;
  }
  return log;
}

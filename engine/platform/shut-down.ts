import { join } from 'node:path';
import { settleClock } from '../../lib/kit/business-clock.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { lives } from '../targets/local/identity.ts';
import { ProcessRecords } from '../targets/local/records.ts';
import type { Layout } from './layout.ts';
import { runningEngine } from './lock.ts';

const GRACE_MS = 45_000;

/**
 * Ends the platform from outside: asks its engine to take everything down, and does it itself where there is no
 * engine any more or it does not obey.
 * @returns whether anything was running
 */
export async function shutDown(layout: Layout): Promise<boolean> {
  const engine = await runningEngine(layout);
  if (engine) {
    process.kill(engine.pid, 'SIGTERM');
    const gone = async () => !(await lives(engine));
    await waitFor('the engine to end', gone, { deadlineMs: GRACE_MS, everyMs: 50 }).catch(() => {
      process.kill(engine.pid, 'SIGKILL');
    });
  }
  const left = await new ProcessRecords(join(layout.run, 'processes')).endLeftovers();
  if (left.length > 0) settleClock(join(layout.state, 'clock.json'));
  return engine !== undefined || left.length > 0;
}

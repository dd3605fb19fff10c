import { waitFor } from '../../lib/kit/wait.ts';
import { lives } from '../targets/local/identity.ts';
import type { Layout } from './layout.ts';
import { runningEngine } from './lock.ts';
import { loadTarget, madeFor } from './targets.ts';

const GRACE_MS = 45_000;

/**
 * Ends the platform from outside: asks its engine to take everything down, and does it itself where there is no
 * engine any more or it does not obey.
 * @param options `purge` also forgets what lies elsewhere than in the home
 * @returns whether anything was running
 */
export async function shutDown(layout: Layout, options: { purge: boolean }): Promise<boolean> {
  const engine = await runningEngine(layout);
  if (engine) {
    process.kill(engine.pid, 'SIGTERM');
    const gone = async () => !(await lives(engine));
    await waitFor('the engine to end', gone, { deadlineMs: GRACE_MS, everyMs: 50 }).catch(() => {
      process.kill(engine.pid, 'SIGKILL');
    });
  }
  const { target, base } = madeFor(layout) ?? { target: 'local', base: 0 };
  const left = await (await loadTarget(target)).clean({ layout, base }, options);
  return engine !== undefined || left;
}

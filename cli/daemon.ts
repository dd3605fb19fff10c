import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { type Layout, ROOT } from '../engine/platform/layout.ts';

/** Building a model of some thousand leaves anew takes up to 90 MB for a moment, on top of what a long drill holds. */
const HEAP_MB = 320;

/** Starts the engine as a process of its own that outlives this command. Answers its process id. */
export function spawnEngine(layout: Layout, target: string): number | undefined {
  const log = openSync(join(layout.logs, 'engine.log'), 'a', 0o600);
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${HEAP_MB}`,
      '--max-semi-space-size=2',
      join('engine', 'main.ts'),
    ],
    {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        DRILL_HOME: layout.home,
        DRILL_TARGET: target,
        MALLOC_ARENA_MAX: '1',
      },
    },
  );
  closeSync(log);
  child.unref();
  return child.pid;
}

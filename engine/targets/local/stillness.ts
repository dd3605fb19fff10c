import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { waitFor } from '../../../lib/kit/wait.ts';

const run = promisify(execFile);
/** A write that is under way when the signal comes is finished first: milliseconds, on a busy disk more. */
const DEADLINE_MS = 5_000;

/**
 * Resolves once nothing of these process groups runs any more: SIGSTOP only asks, and each thread stops on its way
 * out of the kernel. Who is gone stands still, too.
 * @throws AppError WAIT_DEADLINE
 */
export async function standStill(groups: ReadonlySet<number>): Promise<void> {
  const moving = process.platform === 'linux' ? fromProc : fromPs;
  await waitFor('every process to stand still', async () => !(await moving(groups)), {
    deadlineMs: DEADLINE_MS,
    everyMs: 2,
  });
}

/** Stopped, by a signal or a debugger; dead. */
const STILL = /^[TtZXx]/;

async function fromProc(groups: ReadonlySet<number>): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const moving = await Promise.all(
    pids.map(async (pid) => {
      const { group } = await statOf(`/proc/${pid}`);
      if (!groups.has(group)) return false;
      const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
      const states = await Promise.all(threads.map((thread) => statOf(`/proc/${pid}/task/${thread}`)));
      return states.some(({ state }) => !STILL.test(state));
    }),
  );
  return moving.some(Boolean);
}

/** What is gone is in no group, and dead. */
async function statOf(folder: string): Promise<{ state: string; group: number }> {
  const text = await readFile(`${folder}/stat`, 'utf8').catch(() => '');
  // The name in brackets may hold blanks; the fields that count follow the last bracket.
  const [state = 'X', , group = '0'] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: state || 'X', group: Number(group) };
}

async function fromPs(groups: ReadonlySet<number>): Promise<boolean> {
  const { stdout } = await run('ps', ['-axo', 'pgid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([group, state = 'X']) => groups.has(Number(group)) && !STILL.test(state));
}

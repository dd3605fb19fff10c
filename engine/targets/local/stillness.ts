import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
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

/** Without giving way: somebody waits for what stands still, and these are no files on a disk. */
async function fromProc(groups: ReadonlySet<number>): Promise<boolean> {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid) || !groups.has(statOf(`/proc/${pid}`).group)) return false;
    return threadsOf(pid).some((thread) => !STILL.test(statOf(`/proc/${pid}/task/${thread}`).state));
  });
}

function threadsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** What is gone is in no group, and dead. */
function statOf(folder: string): { state: string; group: number } {
  try {
    const text = readFileSync(`${folder}/stat`, 'utf8');
    // The name in brackets may hold blanks; the fields that count follow the last bracket.
    const [state = 'X', , group = '0'] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    return { state: 'X', group: 0 };
  }
}

async function fromPs(groups: ReadonlySet<number>): Promise<boolean> {
  const { stdout } = await run('ps', ['-axo', 'pgid=,stat=']);
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([group, state = 'X']) => groups.has(Number(group)) && !STILL.test(state));
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { errors } from './errors.ts';
import type { Profile } from './profiles.ts';
import type { Runner, Told } from './runners.ts';
import type { K6Summary } from './summary.ts';

/** Exit statuses of k6 after a run that measured something. All others are failures, whatever summary they leave. */
const STATUS = { done: 0, crossed: 99, interrupted: 105 };
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a profile until its end. What the runner says on the way goes to standard error. Whoever interrupts us
 * interrupts it: it then sends no more and still writes its summary; interrupted twice it leaves at once.
 * @param told SUMMARY_FILE among it, which does not exist yet
 * @throws AppError LOAD_RUN_FAILED
 */
export async function runProfile(
  runner: Runner,
  profile: Profile,
  told: Told,
): Promise<{ summary: K6Summary; interrupted: boolean }> {
  const { command, args, env } = runner.invoke(profile, told);
  // A process group of its own: a terminal's Ctrl-C would reach k6 beside our signal, and two end it without a summary.
  const child = spawn(command, args, {
    detached: true,
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, ...env },
  });
  const pass = (signal: NodeJS.Signals) => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  try {
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const summary = Object.values(STATUS).includes(status ?? -1) && readSummary(told.SUMMARY_FILE!);
    if (!summary) throw errors.RUN_FAILED(runner.name, signal ?? `status ${status}`);
    return { summary, interrupted: status === STATUS.interrupted };
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, pass);
  }
}

function readSummary(file: string): K6Summary | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as K6Summary;
  } catch {
    return undefined;
  }
}

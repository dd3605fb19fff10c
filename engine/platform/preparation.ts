import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines } from '../targets/local/logfile.ts';
import type { ProcessRecords } from '../targets/local/records.ts';
import type { Launch } from '../targets/local/spec.ts';
import type { Surroundings } from './definition.ts';
import { errors } from './errors.ts';

/** A file in engine/platform/preparations: something done once before the platform can work. */
export interface Preparation {
  name: string;
  dependsOn: readonly string[];
  /** What takes long, for the person who waits. */
  title: string;
  needed(around: Surroundings): Promise<boolean>;
  run(around: Surroundings, records: ProcessRecords): Promise<void>;
}

export const definePreparation = (preparation: Preparation): Preparation => preparation;

/** Runs a process to its end, its output in a log of its own. @throws PLATFORM_JOB_FAILED with its last words */
export async function runJob(
  name: string,
  launch: Launch,
  { layout }: Surroundings,
  records: ProcessRecords,
): Promise<void> {
  const file = join(layout.logs, `${name}.log`);
  const log = openSync(file, 'a', 0o600);
  const child = spawn(launch.command, launch.args, {
    cwd: launch.cwd,
    env: launch.env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  if (child.pid !== undefined) void records.put(name, child.pid);
  const how = await new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === 0 ? undefined : `ended with ${signal ?? code}`));
  });
  records.remove(name);
  if (how !== undefined) throw errors.JOB_FAILED(name, (await lastLines(file, 1))[0] || how);
}

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Identity, identify, lives } from '../targets/local/identity.ts';
import { errors } from './errors.ts';
import type { Layout } from './layout.ts';

/** The process, and where it is to be found. */
export interface Engine extends Identity {
  /** What its ports are counted from. */
  portBase: number;
}

const fileOf = ({ run }: Layout) => join(run, 'engine.json');

/** The engine that runs this platform right now, undefined when none does. */
export async function runningEngine(layout: Layout): Promise<Engine | undefined> {
  const identity = read(fileOf(layout));
  return identity && (await lives(identity)) ? identity : undefined;
}

/**
 * Makes this process the platform's engine. Two that start in the same instant are told apart by the API's port.
 * @throws PLATFORM_ALREADY_RUNNING
 */
export async function becomeEngine(layout: Layout, portBase: number): Promise<void> {
  const other = await runningEngine(layout);
  if (other && other.pid !== process.pid) throw errors.ALREADY_RUNNING(other.pid);
  const engine = { ...(await identify(process.pid)), portBase };
  writeFileSync(fileOf(layout), JSON.stringify(engine), { mode: 0o600 });
}

export function ceaseToBeEngine(layout: Layout): void {
  if (read(fileOf(layout))?.pid === process.pid) rmSync(fileOf(layout), { force: true });
}

function read(file: string): Engine | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Engine;
  } catch {
    return undefined;
  }
}

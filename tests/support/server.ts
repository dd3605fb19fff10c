import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { waitFor } from '../../lib/kit/wait.ts';
import { freePort } from './ports.ts';

export interface Server {
  port: number;
  pid: number;
  stop(): Promise<void>;
}

/** Starts a Node program on a free port and waits until its /readyz says yes. */
export const startServer = (
  entry: URL,
  env: Record<string, string>,
  flags: readonly string[] = [],
): Promise<Server> => startProgram(entry.pathname, process.execPath, () => [...flags, entry.pathname], env);

/** The same for any program. @param args its arguments, given the port it shall listen on; PORT says it, too */
export async function startProgram(
  name: string,
  command: string,
  args: (port: number) => string[],
  env: Record<string, string>,
): Promise<Server> {
  const port = await freePort();
  let said = '';
  const child: ChildProcess = spawn(command, args(port), {
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout!.on('data', listen);
  child.stderr!.on('data', listen);
  const left = new AbortController();
  child.once('exit', (status, signal) => left.abort(new Error(`${name} left with ${status ?? signal}`)));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  try {
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
    const options = { deadlineMs: 60_000, everyMs: 50, signal: left.signal };
    await waitFor(`${name} to be ready`, ready, options);
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}\n${said}`);
  }
  return { port, pid: child.pid!, stop };
}

/** Kernel ticks of 10 ms. */
const TICK_SECONDS = 0.01;

/** Processor seconds a process has used; undefined where there is no /proc. Neighbours on the machine do not count. */
export function processorSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, field 2, may hold blanks; fields 14 and 15 are user and system time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_SECONDS;
  } catch {
    return undefined;
  }
}

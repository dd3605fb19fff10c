import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What ps says of processes, by process id; who is gone is missing. @param column as ps names it: `rss` */
export async function psColumn(column: string, pids: readonly number[]): Promise<[number, string][]> {
  // It answers 1 when one of them is gone, and still prints the others.
  const { stdout } = await run('ps', ['-o', `pid=,${column}=`, '-p', pids.join(',')]).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
  );
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([pid, value]): [number, string][] => (value === undefined ? [] : [[Number(pid), value]]));
}

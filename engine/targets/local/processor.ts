import { readFile } from 'node:fs/promises';
import { psColumn } from './ps.ts';

/** USER_HZ, in which Linux tells times to programs; 100 wherever Node runs (proc_pid_stat(5), time(7)). */
const TICKS_A_SECOND = 100;

/** Processor seconds used so far, of all threads, by process id; who is gone is missing. */
export async function processorSeconds(pids: readonly number[]): Promise<Map<number, number>> {
  const read = process.platform === 'linux' ? fromProc : fromPs;
  return new Map(pids.length === 0 ? [] : await read(pids));
}

async function fromProc(pids: readonly number[]): Promise<[number, number][]> {
  const rows = pids.map(async (pid): Promise<[number, number][]> => {
    try {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      // The second field is a name in brackets, which may hold anything; utime and stime are the 14th and 15th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [[pid, (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND]];
    } catch {
      return [];
    }
  });
  return (await Promise.all(rows)).flat();
}

async function fromPs(pids: readonly number[]): Promise<[number, number][]> {
  return (await psColumn('time', pids)).map(([pid, time]) => [pid, secondsOf(time)]);
}

/** @param time as ps prints it: `[[days-]hours:]minutes:seconds[.hundredths]` */
export function secondsOf(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}

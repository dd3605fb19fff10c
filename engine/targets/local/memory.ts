import { readFile } from 'node:fs/promises';
import { psColumn } from './ps.ts';

/** Resident bytes by process id; who is gone is missing. */
export async function residentBytes(pids: readonly number[]): Promise<Map<number, number>> {
  const read = process.platform === 'linux' ? fromProc : fromPs;
  return new Map(pids.length === 0 ? [] : await read(pids));
}

async function fromProc(pids: readonly number[]): Promise<[number, number][]> {
  const rows = pids.map(async (pid): Promise<[number, number][]> => {
    try {
      const status = await readFile(`/proc/${pid}/status`, 'utf8');
      const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
      return kilobytes === undefined ? [] : [[pid, Number(kilobytes) * 1024]];
    } catch {
      return [];
    }
  });
  return (await Promise.all(rows)).flat();
}

async function fromPs(pids: readonly number[]): Promise<[number, number][]> {
  const rows = await psColumn('rss', pids);
  return rows.map(([pid, kilobytes]) => [pid, Number(kilobytes) * 1024]);
}

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What tells a process from another that got its number later: when it started, and as what. */
export interface Identity {
  pid: number;
  /** Opaque; equal for the same process on the same boot. */
  started: string;
  command: string;
}

/** Identity of the process with this number, undefined when there is none (or only its unreaped remains). */
export async function identify(pid: number): Promise<Identity | undefined> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

async function fromProc(pid: number): Promise<Identity | undefined> {
  try {
    const [stat, command, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The name in brackets may hold blanks; the fields that count follow the last bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return { pid, started: `${boot.trim()}:${fields[19]}`, command: command.replaceAll('\0', ' ').trim() };
  } catch {
    return undefined;
  }
}

async function fromPs(pid: number): Promise<Identity | undefined> {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', 'stat=,lstart=,command=', '-p', String(pid)]);
    const [state = 'Z', weekday, month, day, time, year, ...command] = stdout.trim().split(/\s+/);
    if (state.startsWith('Z')) return undefined;
    return { pid, started: [weekday, month, day, time, year].join(' '), command: command.join(' ') };
  } catch {
    return undefined;
  }
}

/**
 * True while exactly that process lives. Some programs rewrite their command line (Redis does), so what counts is
 * the start; the command must at least begin with the same program or title.
 */
export async function lives(identity: Identity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now !== undefined && now.started === identity.started && program(now) === program(identity);
}

const program = ({ command }: Identity): string => command.split(' ')[0]?.split('/').at(-1) ?? '';

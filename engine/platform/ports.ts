import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { errors } from './errors.ts';

const run = promisify(execFile);

export interface WantedPort {
  port: number;
  /** Who will listen there. */
  purpose: string;
}

/** @throws PLATFORM_PORT_TAKEN naming the first port that somebody listens on, and who */
export async function checkPorts(wanted: readonly WantedPort[], host = '127.0.0.1'): Promise<void> {
  const free = await Promise.all(wanted.map(({ port }) => isFree(port, host)));
  const taken = wanted.find((_, i) => !free[i]);
  if (taken) throw errors.PORT_TAKEN(taken.port, taken.purpose, await ownerOf(taken.port));
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** `redis-server (process 4711)`, as far as this user may know. */
export async function ownerOf(port: number): Promise<string> {
  const owner = await (process.platform === 'linux' ? fromProc(port) : fromLsof(port)).catch(() => undefined);
  return owner ? `${owner.name} (process ${owner.pid})` : 'another program, of another user';
}

interface Owner {
  pid: number;
  name: string;
}

async function fromProc(port: number): Promise<Owner | undefined> {
  const sockets = await listeningSockets(port);
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const file of files) {
      const link = await readlink(`/proc/${pid}/fd/${file}`).catch(() => '');
      if (!sockets.has(link)) continue;
      return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() };
    }
  }
  return undefined;
}

const LISTEN = '0A';

/** `socket:[inode]` of whoever listens on the port, IPv4 or IPv6. */
async function listeningSockets(port: number): Promise<Set<string>> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => ''));
  const rows = (await Promise.all(tables)).flatMap((table) => table.split('\n').slice(1));
  return new Set(
    rows
      .map((row) => row.trim().split(/\s+/))
      .filter(([, local, , state]) => state === LISTEN && local?.endsWith(`:${hex}`))
      .map((fields) => `socket:[${fields[9]}]`),
  );
}

async function fromLsof(port: number): Promise<Owner | undefined> {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']);
  const pid = /^p(\d+)/m.exec(stdout)?.[1];
  const name = /^c(.+)/m.exec(stdout)?.[1];
  return pid && name ? { pid: Number(pid), name } : undefined;
}

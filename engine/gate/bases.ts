import { createServer } from 'node:net';
import { PORT_OFFSETS } from '../../lib/contract/ports.ts';
import { errors } from './errors.ts';

/** Parallel platforms lie this far apart. */
const STEP = 1_000;
/** Above the default platform and the end-to-end tests', below what systems hand out for outgoing connections. */
const FIRST = 20_000;
/** So many taken bases are passed over. */
const MISSES = 12;

/**
 * `count` port bases on which nobody listens, a step apart.
 * @param from where to begin to look
 * @throws AppError GATE_NO_PORTS
 */
export async function freeBases(count: number, from = FIRST): Promise<number[]> {
  const found: number[] = [];
  const last = from + (count - 1 + MISSES) * STEP;
  for (let base = from; base <= last && found.length < count; base += STEP) {
    if (await isFree(base)) found.push(base);
  }
  if (found.length < count) throw errors.NO_PORTS(from, last);
  return found;
}

async function isFree(base: number): Promise<boolean> {
  const free = await Promise.all(Object.values(PORT_OFFSETS).map((offset) => isPortFree(base + offset)));
  return free.every(Boolean);
}

function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

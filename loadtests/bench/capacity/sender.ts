/**
 * Sends transactions at random moments at a constant mean rate, whatever becomes of the ones before (an open loop,
 * Poisson arrivals), and says how long they took from the moment they were due.
 *
 *   node sender.ts <url> <file of bodies> <requests a second> <seconds>
 */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { messageOf } from '../../../lib/kit/errors.ts';
import { createRandom } from '../../../lib/kit/random.ts';

const [url = '', file = '', rate = '', seconds = ''] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8')
  .split('\n')
  .map((line) => JSON.parse(line) as { transaction: { id: string } });
const pool = new Pool(url, { connections: 64 });
const random = createRandom('arrivals');
const took: number[] = [];
const underWay = new Set<Promise<void>>();
const failures: string[] = [];

async function send(n: number, dueAt: number): Promise<void> {
  const { transaction } = bodies[n % bodies.length]!;
  const body = JSON.stringify({ transaction: { ...transaction, id: `capacity-${process.pid}-${n}` } });
  const headers = { 'content-type': 'application/json' };
  try {
    const answer = await pool.request({ method: 'POST', path: '/v1/score', headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) failures.push(`${answer.statusCode} ${text}`);
  } catch (error) {
    failures.push(messageOf(error));
  }
  took.push(performance.now() - dueAt);
}

const begun = performance.now();
const endsAt = begun + Number(seconds) * 1_000;
let dueAt = begun;
for (let n = 0; dueAt < endsAt; n++) {
  // Timers are a millisecond wide, and that is longer than many of these requests take.
  while (performance.now() < dueAt) await new Promise(setImmediate);
  const one: Promise<void> = send(n, dueAt).finally(() => underWay.delete(one));
  underWay.add(one);
  dueAt += random.exponential(1_000 / Number(rate));
}
await Promise.all(underWay);
await pool.close();

const sorted = Float64Array.from(took).sort();
const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
const mean = took.reduce((sum, ms) => sum + ms, 0) / took.length;
console.log(
  JSON.stringify({
    sent: took.length,
    failures: failures.length,
    first: failures[0],
    mean,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
  }),
);

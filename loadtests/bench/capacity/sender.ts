/**
 * Sends transactions at random moments at a constant mean rate, whatever becomes of the ones before (an open loop,
 * Poisson arrivals), and says how long they took from the moment they were due; with `each`, of every one.
 *
 *   node sender.ts <url> <file of bodies> <requests a second> <seconds> [each]
 */
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { messageOf } from '../../../lib/kit/errors.ts';
import { createRandom } from '../../../lib/kit/random.ts';

export interface Answer {
  /** When it was due, wall ms since 1970. */
  at: number;
  /** Milliseconds from then to the answer. */
  ms: number;
  /** Of HTTP; 0 when there was no answer. */
  status: number;
  degraded: boolean;
}

const [url = '', file = '', rate = '', seconds = '', detail = ''] = process.argv.slice(2);
const bodies = readFileSync(file, 'utf8')
  .split('\n')
  .map((line) => JSON.parse(line) as { transaction: { id: string } });
const pool = new Pool(url, { connections: 64 });
const random = createRandom('arrivals');
const answers: Answer[] = [];
const underWay = new Set<Promise<void>>();
const failures: string[] = [];

async function send(n: number, dueAt: number): Promise<void> {
  const { transaction } = bodies[n % bodies.length]!;
  const body = JSON.stringify({ transaction: { ...transaction, id: `capacity-${process.pid}-${n}` } });
  const headers = { 'content-type': 'application/json' };
  let status = 0;
  let degraded = false;
  try {
    const answer = await pool.request({ method: 'POST', path: '/v1/score', headers, body });
    const text = await answer.body.text();
    status = answer.statusCode;
    if (status === 200) degraded = (JSON.parse(text) as { degraded: boolean }).degraded;
    else failures.push(`${status} ${text}`);
  } catch (error) {
    failures.push(messageOf(error));
  }
  answers.push({ at: performance.timeOrigin + dueAt, ms: performance.now() - dueAt, status, degraded });
}

process.stderr.write('begun\n');
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

const sorted = Float64Array.from(answers, ({ ms }) => ms).sort();
const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
const mean = sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
const summary = {
  sent: answers.length,
  failures: failures.length,
  first: failures[0],
  mean,
  p50: quantile(0.5),
  p99: quantile(0.99),
  p999: quantile(0.999),
};
console.log(JSON.stringify(detail === 'each' ? answers : summary));

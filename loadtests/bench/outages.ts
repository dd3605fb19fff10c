/**
 * What callers of inference notice when a store ails, at a constant rate: how many are answered, how late, how many
 * without features; how soon all is well after the store is back, and how much the store has to do then.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startNetwork } from '../../tests/support/network.ts';
import { DURABLE } from '../../tests/support/redis.ts';
import type { BenchOptions, BenchRow } from './bench.ts';
import type { Answer } from './capacity/sender.ts';
import { type Course, courseOf } from './outages/course.ts';
import { OUTAGES, type Outage, type Stores } from './outages/faults.ts';
import { meter, rates } from './outages/meter.ts';
import { onStage } from './score/stage.ts';

const SENDER = new URL('./capacity/sender.ts', import.meta.url).pathname;
const TREES = 300;
const RATE = 1_000;
/** Wall seconds: all is well, the outage, and what comes after. */
const LONG = { before: 5, during: 8, after: 7 };
const SHORT = { before: 2, during: 2, after: 6 };
/** How long a rush has to last to count, ms. */
const RUSH_MS = 500;

/** Under way. */
interface Sending {
  answers: Promise<Answer[]>;
}

export async function run({ quick, progress }: BenchOptions): Promise<BenchRow[]> {
  // A store that is killed has its rows again when it is back.
  return onStage({ trees: TREES, online: DURABLE, progress }, async (stage) => {
    const { online, log, bodiesFile } = stage;
    const network = await startNetwork(online.port);
    stage.later(() => network.stop());
    const ONLINE_REDIS_URL = `redis://127.0.0.1:${network.port}`;
    const { port } = await stage.startInference({ ONLINE_REDIS_URL });

    const send = async (total: number): Promise<Sending> => {
      const args = [SENDER, `http://127.0.0.1:${port}`, bodiesFile, String(RATE), String(total), 'each'];
      const sender = promisify(execFile)(process.execPath, args, { maxBuffer: 1e9 });
      await Promise.race([once(sender.child.stderr!, 'data'), sender]);
      return { answers: sender.then(({ stdout }) => JSON.parse(stdout) as Answer[]) };
    };
    const seconds = quick ? SHORT : LONG;
    await (await send(seconds.before)).answers;

    const rows: BenchRow[] = [];
    for (const outage of OUTAGES) {
      const { course, rush } = await suffer(outage, { online, network, log }, seconds, send);
      progress(`${outage.name}: ${JSON.stringify(course)}, rush ${rush.toFixed(2)}`);
      rows.push(...report(outage.name, course, rush));
    }
    return rows;
  });
}

async function suffer(
  outage: Outage,
  stores: Stores,
  { before, during, after }: typeof LONG,
  send: (seconds: number) => Promise<Sending>,
): Promise<{ course: Course; rush: number }> {
  const store = meter(stores.online);
  const sending = await send(before + during + after);
  const started = Date.now();
  await wait(before * 1_000);
  const begun = Date.now();
  await outage.begin(stores);
  await wait(during * 1_000);
  await outage.end(stores);
  const ended = Date.now();
  const answers = await sending.answers;
  store.stop();
  const steady = rates(store.ticks, started, begun, RUSH_MS);
  const mean = steady.reduce((sum, rate) => sum + rate, 0) / steady.length;
  const rush = Math.max(0, ...rates(store.ticks, ended, Date.now(), RUSH_MS)) / mean;
  return { course: courseOf(answers, { begun, ended }), rush };
}

function report(name: string, course: Course, rush: number): BenchRow[] {
  const against = `${name.replace('_', ' ')}, ${RATE} requests/s`;
  const told = { target: 0, met: true, against };
  const figure = (value: number) => Number(value.toPrecision(4));
  return [
    { name: `${name}_availability`, value: figure(course.availability), unit: 'answered 200', ...told },
    { name: `${name}_p99`, value: figure(course.p99), unit: 'ms', ...told },
    { name: `${name}_degraded`, value: figure(course.degraded), unit: 'of the answers', ...told },
    {
      name: `${name}_broken`,
      value: course.broken,
      unit: 'answers of 5xx but 503',
      target: 0,
      met: course.broken === 0,
      against,
    },
    {
      name: `${name}_recovery`,
      value: course.recovery,
      unit: 's after its return',
      target: 5,
      met: course.recovery <= 5,
      against,
    },
    {
      name: `${name}_rush`,
      value: figure(rush),
      unit: 'of the usual lookups',
      target: 1.5,
      met: rush <= 1.5,
      against,
    },
  ];
}

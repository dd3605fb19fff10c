/**
 * Whether anything grows while nothing changes: the whole path of a request at half of what it can do, for ten minutes.
 * The processes have the heap they have in a bank.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitFor } from '../../lib/kit/wait.ts';
import { type BenchOptions, type BenchRow, row } from './bench.ts';
import { HEAP, startPath } from './capacity/path.ts';
import { onStage } from './score/stage.ts';
import { growthOf, type Held, heldBy, peakOf } from './soak/growth.ts';

const SENDER = new URL('./capacity/sender.ts', import.meta.url).pathname;
const TREES = 300;
const SHARE = 0.5;
const CONNECTIONS = 32;
const LOOK_MS = 2_000;
const MINUTE_MS = 60_000;
/** What counts as none, a minute: a hundredth of what a process holds would be gone in an hour and a half. */
const MEMORY_MIB = 0.2;
const DESCRIPTORS = 0.05;

interface Sent {
  sent: number;
  failures: number;
  first?: string;
  p99: number;
}

export const run = ({ quick, progress }: BenchOptions): Promise<BenchRow[]> =>
  onStage({ trees: TREES, progress }, async (stage) => {
    const { gateway, inference, consumer } = await startPath(stage, { flags: HEAP });
    const load = { seconds: quick ? 2 : 10, connections: CONNECTIONS };
    await stage.wrk.run(gateway.port, load);
    const { requestsPerSecond } = await stage.wrk.run(gateway.port, load);
    const rate = Math.round(requestsPerSecond * SHARE);
    const seconds = quick ? 10 : 600;
    progress(`the path can do ${Math.round(requestsPerSecond)}/s; ${rate}/s for ${seconds} s`);

    const args = [
      SENDER,
      `http://127.0.0.1:${gateway.port}`,
      stage.bodiesFile,
      String(rate),
      String(seconds),
    ];
    const sending = promisify(execFile)(process.execPath, args);
    let over = false;
    const answered = sending.finally(() => {
      over = true;
    });
    const parts = { gateway, inference, consumer };
    const looks: Record<keyof typeof parts, Held>[] = [];
    const look = () => {
      const held = Object.entries(parts).map(([name, { pid }]) => [name, heldBy(pid)]);
      looks.push(Object.fromEntries(held) as Record<keyof typeof parts, Held>);
      return over;
    };
    await waitFor('the load to end', look, { deadlineMs: (seconds + 60) * 1_000, everyMs: LOOK_MS });
    const sent = JSON.parse((await answered).stdout) as Sent;
    progress(`${sent.sent} requests, ${sent.failures} failed${sent.first ? `: ${sent.first}` : ''}`);

    const shape = `${rate} requests/s for ${seconds} s`;
    const rows = [
      row('soak_failures', sent.failures / sent.sent, 'of the requests', { atMost: 0 }, shape),
      row('soak_p99', sent.p99, 'ms', {}, shape),
    ];
    for (const name of Object.keys(parts) as (keyof typeof parts)[]) {
      const of = (what: keyof Held) => looks.map((held) => held[name][what]);
      const perMinute = (what: keyof Held) => growthOf(of(what)) * (MINUTE_MS / LOOK_MS);
      rows.push(
        row(`soak_${name}_memory`, perMinute('memory'), 'MiB a minute', { atMost: MEMORY_MIB }, shape),
        row(`soak_${name}_memory_peak`, peakOf(of('memory')), 'MiB', {}, shape),
        row(`soak_${name}_descriptors`, perMinute('descriptors'), 'a minute', { atMost: DESCRIPTORS }, shape),
      );
    }
    return rows;
  });

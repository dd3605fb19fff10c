/**
 * What a request costs each part, for the plans in docs/scaling.md, and whether queueing theory tells how long requests
 * wait at a process that is busy: the same station, measured and computed.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { processorSeconds } from '../../tests/support/server.ts';
import { meanWait } from '../capacity/station.ts';
import { type BenchOptions, type BenchRow, row } from './bench.ts';
import { startPath } from './capacity/path.ts';
import { eventBytes, rowBytes, wireBytes } from './capacity/sizes.ts';
import { CARDS } from './score/bank.ts';
import { onStage } from './score/stage.ts';

const SENDER = new URL('./capacity/sender.ts', import.meta.url).pathname;
const TREES = 300;
/** Requests a second at which costs are measured: far from busy, and enough to count. */
const CALM_RATE = 300;
/** How busy the process is whose queue is looked at: at a third, waits cannot be told from chance. */
const SHARES = [0.6];
/** How much longer the wait may be than it was computed. Less is fine: a batch shares what one request costs. */
const WITHIN = 2;

interface Sent {
  sent: number;
  failures: number;
  /** What the first failure was. */
  first?: string;
  /** Milliseconds. */
  mean: number;
  p50: number;
  p99: number;
}

export const run = ({ quick, progress }: BenchOptions): Promise<BenchRow[]> =>
  onStage({ trees: TREES, progress }, async (stage) => {
    const { bodies, bodiesFile } = stage;
    const seconds = quick ? 3 : 15;
    const parts = await startPath(stage);
    const { gateway, inference, store, log } = parts;

    const send = async (port: number, rate: number): Promise<Sent> => {
      const args = [SENDER, `http://127.0.0.1:${port}`, bodiesFile, String(rate), String(seconds)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const sent = JSON.parse(stdout) as Sent;
      if (sent.failures > 0) {
        throw new Error(`${sent.failures} of ${sent.sent} requests failed at ${rate}/s: ${sent.first}`);
      }
      return sent;
    };

    const used = () => Object.values(parts).map(({ pid }) => processorSeconds(pid) ?? Number.NaN);
    await send(gateway.port, CALM_RATE);
    const before = used();
    const { sent } = await send(gateway.port, CALM_RATE);
    const micros = used().map((after, i) => ((after - before[i]!) / sent) * 1e6);
    progress(`at ${CALM_RATE}/s a request costs ${micros.map(Math.round).join(', ')} µs`);
    const rows = Object.keys(parts).map((name, i) => cost(name, micros[i]!));

    const sizes = {
      wire_bytes: await wireBytes(gateway.port, bodies[0]!),
      event_bytes: await eventBytes(log),
      row_bytes: await rowBytes(store, CARDS),
    };
    for (const [name, bytes] of Object.entries(sizes)) {
      rows.push(row(`capacity_${name}`, bytes, 'bytes', {}, name === 'row_bytes' ? 'a card' : 'a request'));
    }

    const idle = await send(inference.port, CALM_RATE / 10);
    for (const share of SHARES) {
      // What a request costs depends on how many share a batch, so the rate is found by trying.
      let service = micros[1]! / 1e6;
      for (let round = 0; round < 2; round++) service = await serviceAt(share / service);
      const rate = share / service;
      const { mean } = await send(inference.port, rate);
      const measured = mean - idle.mean;
      const computed = meanWait({ rate, servers: 1, service, variability: 1 }) * 1e3;
      progress(
        `at ${Math.round(rate)}/s: ${measured.toFixed(2)} ms longer, computed ${computed.toFixed(2)} ms`,
      );
      rows.push(wait(share, rate, measured / computed));
    }
    return rows;

    async function serviceAt(rate: number): Promise<number> {
      const start = processorSeconds(inference.pid) ?? Number.NaN;
      const { sent: count } = await send(inference.port, rate);
      return ((processorSeconds(inference.pid) ?? Number.NaN) - start) / count;
    }
  });

const cost = (name: string, micros: number): BenchRow => ({
  name: `capacity_${name}`,
  value: Number(micros.toPrecision(3)),
  unit: 'µs of CPU a request',
  target: 0,
  met: true,
  against: `${CALM_RATE} requests/s through the whole path`,
});

const wait = (share: number, rate: number, ratio: number): BenchRow => ({
  name: `capacity_wait_${share * 100}`,
  value: Number(ratio.toPrecision(3)),
  unit: 'of the computed wait',
  target: WITHIN,
  met: ratio <= WITHIN,
  against: `one process ${share * 100} % busy, ${Math.round(rate)} requests/s`,
});

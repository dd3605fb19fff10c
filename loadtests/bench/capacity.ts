/**
 * What a request costs each part, for the plans in docs/scaling.md, and whether queueing theory tells how long requests
 * wait at a process that is busy: the same station, measured and computed.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DURABLE, startRedis } from '../../tests/support/redis.ts';
import { processorSeconds, startServer } from '../../tests/support/server.ts';
import { meanWait } from '../capacity/station.ts';
import { type BenchOptions, type BenchRow, row } from './bench.ts';
import { eventBytes, rowBytes, wireBytes } from './capacity/sizes.ts';
import { CARDS, checkAnswer, prepare } from './score/bank.ts';

const REPOSITORY = new URL('../../', import.meta.url);
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

export async function run({ quick, progress }: BenchOptions): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-capacity-'));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const seconds = quick ? 3 : 15;
  try {
    const online = await startRedis();
    stops.push(() => online.stop());
    const log = await startRedis(DURABLE);
    stops.push(() => log.stop());
    const { env, bodies } = await prepare(folder, online, log.url, TREES);
    const bodiesFile = join(folder, 'bodies.jsonl');
    writeFileSync(bodiesFile, bodies.join('\n'));

    const start = async (entry: string, more: Record<string, string> = {}) => {
      const server = await startServer(new URL(`services/${entry}`, REPOSITORY), { ...env, ...more });
      stops.push(() => server.stop());
      return server;
    };
    const inference = await start('inference/main.ts');
    const inferenceUrl = `http://127.0.0.1:${inference.port}`;
    const regions = JSON.stringify({ eu: inferenceUrl, us: inferenceUrl });
    const stateOf = (name: string) => ({ SERVICE_NAME: name, STATE_DIR: join(folder, name) });
    const gateway = await start('gateway/main.ts', { ...stateOf('gateway'), INFERENCE_URLS: regions });
    const consumer = await start('features/consumer/main.ts', stateOf('feature-consumer'));
    await checkAnswer(inference, bodies[0]!);

    const send = async (port: number, rate: number): Promise<Sent> => {
      const args = [SENDER, `http://127.0.0.1:${port}`, bodiesFile, String(rate), String(seconds)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const sent = JSON.parse(stdout) as Sent;
      if (sent.failures > 0) {
        throw new Error(`${sent.failures} of ${sent.sent} requests failed at ${rate}/s: ${sent.first}`);
      }
      return sent;
    };

    const parts = { gateway, inference, consumer, store: online, log };
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
      row_bytes: await rowBytes(online, CARDS),
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
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

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

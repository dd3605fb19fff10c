/**
 * `/v1/score` at inference with everything on (validation, features of 26 columns from Redis, 300 trees of depth 6,
 * metrics, log, prediction events to a durable log) against the bare floor, on one process each.
 *
 * Rounds alternate between the two, so that whatever else the machine does meets both; medians are compared.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DURABLE, startRedis } from '../../tests/support/redis.ts';
import { processorSeconds, type Server, startServer } from '../../tests/support/server.ts';
import { type BenchOptions, type BenchRow, median } from './bench.ts';
import { checkAnswer, prepare } from './score/bank.ts';
import { type Load, Wrk } from './score/wrk.ts';

const REPOSITORY = new URL('../../', import.meta.url);
const TREES = 300;
const CONNECTIONS = 32;

export async function run({ quick, progress }: BenchOptions): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-score-'));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    progress(`makes nine days of traffic and trains ${TREES} trees`);
    const online = await startRedis();
    stops.push(() => online.stop());
    const log = await startRedis(DURABLE);
    stops.push(() => log.stop());
    const { env, bodies } = await prepare(folder, online, log.url, TREES);

    const floor = await startServer(new URL('loadtests/bench/score/floor.ts', REPOSITORY), env);
    stops.push(() => floor.stop());
    const inference = await startServer(new URL('services/inference/main.ts', REPOSITORY), env, profiling());
    stops.push(() => inference.stop());
    await checkAnswer(inference, bodies[0]!);

    const wrk = new Wrk(folder, bodies);
    const rounds = await measure(wrk, { floor, inference }, quick, progress);
    const events = await countEvents(log);
    return report(rounds, events);
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** BENCH_PROFILE=<folder> leaves a CPU profile of inference there. */
const profiling = (): string[] =>
  process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];

/** With the processor time of the server per request, microseconds; NaN where nobody can tell. */
type Rounds = Record<'floor' | 'inference', (Load & { micros: number })[]>;

async function measure(
  wrk: Wrk,
  servers: Record<keyof Rounds, Server>,
  quick: boolean,
  progress: (message: string) => void,
): Promise<Rounds> {
  const rounds: Rounds = { floor: [], inference: [] };
  const seconds = quick ? 2 : 5;
  for (let round = 0; round <= (quick ? 1 : 5); round++) {
    for (const name of ['floor', 'inference'] as const) {
      const before = processorSeconds(servers[name].pid);
      const load = await wrk.run(servers[name].port, { seconds, connections: CONNECTIONS });
      const used = (processorSeconds(servers[name].pid) ?? Number.NaN) - (before ?? Number.NaN);
      const micros = (used / (load.requestsPerSecond * seconds)) * 1e6;
      if (load.failures > 0) throw new Error(`${name} failed ${load.failures} requests`);
      // The first round warms both up.
      if (round > 0) rounds[name].push({ ...load, micros });
      progress(
        `round ${round}: ${name} ${Math.round(load.requestsPerSecond)} requests/s, ${Math.round(micros)} µs of CPU each`,
      );
    }
  }
  return rounds;
}

async function countEvents(log: Awaited<ReturnType<typeof startRedis>>): Promise<number> {
  const redis = await log.connect();
  const lengths = await Promise.all(
    [0, 1, 2, 3].map((partition) => redis.xlen(`log:predictions:${partition}`)),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

function report(rounds: Rounds, events: number): BenchRow[] {
  const rate = (name: keyof Rounds) => median(rounds[name].map((load) => load.requestsPerSecond));
  const p95 = median(rounds.inference.map((load) => load.p95));
  const [floor, inference] = [rate('floor'), rate('inference')];
  const shape = `one process, ${CONNECTIONS} connections, ${TREES} trees of depth 6`;
  const row = (name: string, value: number, unit: string, target: number, met: boolean, against: string) => ({
    name,
    value: Number(value.toPrecision(4)),
    unit,
    target,
    met,
    against,
  });
  return [
    row('score_ratio', inference / floor, 'of the floor', 0.65, inference >= 0.65 * floor, 'the bare floor'),
    row('score_rate', inference, 'requests/s', 15_000, inference >= 15_000, shape),
    row('score_p95', p95, 'ms', 42, p95 <= 42, shape),
    row('floor_rate', floor, 'requests/s', 0, true, 'Fastify, one GET, one run of one row'),
    row('score_events', events, 'events logged', 1, events >= 1, 'the answers of all rounds'),
  ];
}

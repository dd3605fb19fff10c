/**
 * `/v1/score` at inference with everything on (validation, features of 26 columns from Redis, 300 trees of depth 6,
 * metrics, log, prediction events to a durable log) against the bare floor, on one process each; and against the same
 * floor in Python where BENCH_PYTHON names an interpreter that has `score/requirements.txt`.
 */
import { existsSync } from 'node:fs';
import type { RedisServer } from '../../tests/support/redis.ts';
import { type Server, startProgram } from '../../tests/support/server.ts';
import { type BenchOptions, type BenchRow, median, row } from './bench.ts';
import { onStage, pairedRatio, type Round, rateOf, type Stage, takeTurns } from './score/stage.ts';

const PYTHON_APP = new URL('./score/', import.meta.url).pathname;
const TREES = 300;
const CONNECTIONS = 32;

export const run = ({ quick, progress }: BenchOptions): Promise<BenchRow[]> =>
  onStage({ trees: TREES, progress }, async (stage) => {
    const servers: Record<string, Server> = {
      floor: await stage.start('loadtests/bench/score/floor.ts'),
      inference: await stage.startInference({}, profiling()),
      ...(await python(stage, progress)),
    };
    const shape = { rounds: quick ? 1 : 5, seconds: quick ? 2 : 4, connections: CONNECTIONS };
    const rounds = await takeTurns(stage, servers, shape, progress);
    return report(rounds, await countEvents(stage.log));
  });

/** BENCH_PROFILE=<folder> leaves a CPU profile of inference there. */
const profiling = (): string[] =>
  process.env.BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`] : [];

async function python(
  { env, later }: Stage,
  progress: BenchOptions['progress'],
): Promise<Record<string, Server>> {
  const { BENCH_PYTHON = '' } = process.env;
  if (!existsSync(BENCH_PYTHON)) {
    progress('BENCH_PYTHON names no interpreter: not compared with FastAPI');
    return {};
  }
  const shape = ['--loop', 'uvloop', '--http', 'httptools', '--no-access-log', '--app-dir', PYTHON_APP];
  const args = (port: number) => ['-m', 'uvicorn', 'fastapi_app:app', '--port', String(port), ...shape];
  const fastapi = await startProgram('FastAPI', BENCH_PYTHON, args, env);
  later(() => fastapi.stop());
  return { fastapi };
}

async function countEvents(log: RedisServer): Promise<number> {
  const redis = await log.connect();
  const lengths = await Promise.all(
    [0, 1, 2, 3].map((partition) => redis.xlen(`log:predictions:${partition}`)),
  );
  return lengths.reduce((sum, length) => sum + length, 0);
}

function report(
  { floor = [], inference = [], fastapi }: Record<string, Round[]>,
  events: number,
): BenchRow[] {
  const shape = `one process, ${CONNECTIONS} connections, ${TREES} trees of depth 6`;
  const p95 = median(inference.map((load) => load.p95));
  const micros = median(inference.map((load) => load.micros));
  return [
    row('score_ratio', pairedRatio(inference, floor), 'of the floor', { atLeast: 0.65 }, 'the bare floor'),
    row('score_rate', rateOf(inference), 'requests/s', { atLeast: 15_000 }, shape),
    row('score_p95', p95, 'ms', { atMost: 42 }, shape),
    row('score_cpu', micros, 'µs of CPU a request', {}, shape),
    row('floor_p95', median(floor.map((load) => load.p95)), 'ms', {}, 'the bare floor'),
    row('floor_rate', rateOf(floor), 'requests/s', {}, 'Fastify, one GET, one run of one row'),
    row('score_events', events, 'events logged', { atLeast: 1 }, 'the answers of all rounds'),
    ...(fastapi
      ? [
          row(
            'score_fastapi_ratio',
            pairedRatio(inference, fastapi),
            'times',
            { atLeast: 4 },
            'bare FastAPI',
          ),
          row('floor_fastapi_ratio', pairedRatio(floor, fastapi), 'times', {}, 'floor against bare FastAPI'),
          row('fastapi_rate', rateOf(fastapi), 'requests/s', {}, 'FastAPI, one GET, one run of one row'),
        ]
      : []),
  ];
}

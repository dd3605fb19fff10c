import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DURABLE, type RedisServer, startRedis } from '../../../tests/support/redis.ts';
import { processorSeconds, type Server, startServer } from '../../../tests/support/server.ts';
import { type BenchOptions, type Estimate, estimate, median } from '../bench.ts';
import { checkAnswer, prepare } from './bank.ts';
import { type Load, Wrk } from './wrk.ts';

const REPOSITORY = new URL('../../../', import.meta.url);

/** Both Redises and what a server needs to answer from them. */
export interface Stage {
  folder: string;
  env: Record<string, string>;
  bodies: string[];
  /** The same, one a line. */
  bodiesFile: string;
  online: RedisServer;
  log: RedisServer;
  wrk: Wrk;
  /** Stopped in reverse order when the benchmark is over. */
  later(stop: () => unknown): void;
  start(entry: string, env?: Record<string, string>, flags?: readonly string[]): Promise<Server>;
  /** Inference that has been seen to answer from the online store. */
  startInference(env?: Record<string, string>, flags?: readonly string[]): Promise<Server>;
}

/** Sets the stage for a benchmark with a model of `trees` trees, and clears it away. */
export async function onStage<T>(
  {
    trees,
    online: flags = [],
    progress,
  }: {
    trees: number;
    /** Flags of the online store; without any it keeps nothing on disk. */
    online?: readonly string[];
    progress: BenchOptions['progress'];
  },
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    progress(`makes nine days of traffic and trains ${trees} trees`);
    const online = await startRedis(flags);
    stops.push(() => online.stop());
    const log = await startRedis(DURABLE);
    stops.push(() => log.stop());
    const { env, bodies } = await prepare(folder, online, log.url, trees);
    const bodiesFile = join(folder, 'bodies.jsonl');
    writeFileSync(bodiesFile, bodies.join('\n'));
    const start: Stage['start'] = async (entry, more = {}, nodeFlags = []) => {
      const server = await startServer(new URL(entry, REPOSITORY), { ...env, ...more }, nodeFlags);
      stops.push(() => server.stop());
      return server;
    };
    return await work({
      folder,
      env,
      bodies,
      bodiesFile,
      online,
      log,
      wrk: new Wrk(folder, bodies),
      later: (stop) => stops.push(stop),
      start,
      async startInference(more, nodeFlags) {
        const server = await start('services/inference/main.ts', more, nodeFlags);
        await checkAnswer(server, bodies[0]!);
        return server;
      },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

/** Share of requests that may fail: a stall of the machine breaks one now and then, a refusal breaks many. */
const MOST_FAILED = 0.001;

/** With the processor time of the server per request, microseconds; NaN where nobody can tell. */
export type Round = Load & { micros: number };

/**
 * Loads the servers in turns, so that whatever else the machine does meets all of them. Every other round goes the other
 * way round. The first round warms up and does not count.
 * @param before what to do before a server's turn
 */
export async function takeTurns<Name extends string>(
  stage: Stage,
  servers: Record<Name, Server>,
  { rounds, seconds, connections }: { rounds: number; seconds: number; connections: number },
  progress: BenchOptions['progress'],
  before: (name: Name) => Promise<void> = async () => {},
): Promise<Record<Name, Round[]>> {
  const names = Object.keys(servers) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as Round[]])) as Record<Name, Round[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      await before(name);
      const { port, pid } = servers[name];
      const used = processorSeconds(pid) ?? Number.NaN;
      const load = await stage.wrk.run(port, { seconds, connections });
      const micros =
        (((processorSeconds(pid) ?? Number.NaN) - used) / (load.requestsPerSecond * seconds)) * 1e6;
      if (load.failures > MOST_FAILED * load.requestsPerSecond * seconds) {
        throw new Error(`${name} failed ${load.failures} requests`);
      }
      if (round > 0) taken[name].push({ ...load, micros });
      progress(
        `round ${round}: ${name} ${Math.round(load.requestsPerSecond)} requests/s, ${Math.round(micros)} µs of CPU each`,
      );
    }
  }
  return taken;
}

export const rateOf = (rounds: readonly Round[]): number =>
  median(rounds.map(({ requestsPerSecond }) => requestsPerSecond));

/** Of the ratios of each round, of what `figure` says: a slow moment is slow for both. */
export const pairedRatio = (
  ours: readonly Round[],
  theirs: readonly Round[],
  figure: (round: Round) => number = ({ requestsPerSecond }) => requestsPerSecond,
): Estimate => estimate(ours.map((round, i) => figure(round) / figure(theirs[i]!)));

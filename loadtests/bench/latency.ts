/**
 * How long a request takes at a fixed rate. Requests arrive at random moments at a constant mean rate, whatever became of
 * the ones before, and time counts from the moment they are due (no coordinated omission). The bare floor takes turns
 * with inference: its tail is what the machine itself does.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type BenchOptions, type BenchRow, median, row } from './bench.ts';
import { type Buckets, modelBuckets, quantile } from './latency/buckets.ts';
import { onStage } from './score/stage.ts';

const SENDER = new URL('./capacity/sender.ts', import.meta.url).pathname;
const CASES = [
  { trees: 300, rate: 500, tail: 'p99', atMost: 5 },
  { trees: 500, rate: 1_000, tail: 'p999', atMost: 10 },
] as const;
/** Of the model alone, at the second. */
const MODEL_MS = 2;

interface Sent {
  sent: number;
  failures: number;
  first?: string;
  p50: number;
  p99: number;
  p999: number;
}

export async function run(options: BenchOptions): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const one of CASES) rows.push(...(await measure(one, options)));
  return rows;
}

const measure = (
  { trees, rate, tail, atMost }: (typeof CASES)[number],
  { quick, progress }: BenchOptions,
): Promise<BenchRow[]> =>
  onStage({ trees, progress }, async (stage) => {
    const servers = {
      floor: await stage.start('loadtests/bench/score/floor.ts'),
      inference: await stage.startInference(),
    };
    const seconds = quick ? 2 : 8;
    const send = async (port: number): Promise<Sent> => {
      const args = [SENDER, `http://127.0.0.1:${port}`, stage.bodiesFile, String(rate), String(seconds)];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      const sent = JSON.parse(stdout) as Sent;
      if (sent.failures > 0) throw new Error(`${sent.failures} of ${sent.sent} failed: ${sent.first}`);
      return sent;
    };
    const taken: Record<keyof typeof servers, Sent[]> = { floor: [], inference: [] };
    let before: Buckets | undefined;
    for (let round = 0; round <= (quick ? 1 : 4); round++) {
      for (const name of ['floor', 'inference'] as const) {
        const sent = await send(servers[name].port);
        if (round > 0) taken[name].push(sent);
        progress(
          `round ${round}: ${name} p50 ${sent.p50.toFixed(2)}, p99 ${sent.p99.toFixed(2)}, p99.9 ${sent.p999.toFixed(2)} ms`,
        );
      }
      before ??= await modelBuckets(servers.inference.port);
    }
    const model = quantile(before!, await modelBuckets(servers.inference.port), 0.999) * 1_000;
    const of = (name: keyof typeof servers, figure: 'p50' | 'p99' | 'p999') =>
      median(taken[name].map((sent) => sent[figure]));
    const shape = `${rate} requests/s, ${trees} trees, 26 features`;
    const prefix = `latency_${rate}`;
    const named = (figure: string) => `${prefix}_${figure}`;
    return [
      row(named('p50'), of('inference', 'p50'), 'ms', {}, shape),
      row(named(tail), of('inference', tail), 'ms', { atMost }, shape),
      row(named(`floor_${tail}`), of('floor', tail), 'ms', {}, `the bare floor, ${shape}`),
      ...(rate === 1_000
        ? [row(named('model_p999'), model, 'ms', { atMost: MODEL_MS }, `the run of the model, ${shape}`)]
        : []),
    ];
  });

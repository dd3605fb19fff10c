import type { BenchRow } from '../bench.ts';
import { figure, number, table } from './markdown.ts';
import type { Results } from './results.ts';

interface Asked {
  what: string;
  /** The figure that answers. */
  name: string;
  target: string;
  /** The same of the bare floor: where that misses the target, the machine did not let anybody meet it. */
  floor?: string;
}

/** What the design asks of serving. */
const ASKED: readonly Asked[] = [
  {
    what: '`/v1/score` at inference, 300 trees, everything on, against the bare floor',
    name: 'score_ratio',
    target: '≥ 0.65 of its rate',
  },
  {
    what: 'the same, requests a second of one process',
    name: 'score_rate',
    target: '≥ 15,000/s, aiming at 20,000',
    floor: 'floor_rate',
  },
  {
    what: 'the same, p95 at that rate',
    name: 'score_p95',
    target: '≤ 42 ms, aiming at 10',
    floor: 'floor_p95',
  },
  {
    what: 'the same, against bare FastAPI, onnxruntime and redis-py',
    name: 'score_fastapi_ratio',
    target: '≥ 4 times',
  },
  {
    what: '500 requests/s, 300 trees, p99',
    name: 'latency_500_p99',
    target: '≤ 5 ms',
    floor: 'latency_500_floor_p99',
  },
  {
    what: '1,000 requests/s, 500 trees, p99.9',
    name: 'latency_1000_p999',
    target: '≤ 10 ms',
    floor: 'latency_1000_floor_p999',
  },
  {
    what: 'the same, time in the model, p99.9',
    name: 'latency_1000_model_p999',
    target: '≤ 2 ms',
    floor: 'latency_1000_floor_p999',
  },
  { what: 'tracing at the default sampling', name: 'tracing_ratio', target: '≥ 0.99 of the rate without' },
  {
    what: 'ten times as many customers as can be served, for a minute: answered all the same',
    name: 'surge_goodput',
    target: '≥ 0.9 of what can be served',
  },
  { what: 'the same, payments at tills: answered', name: 'surge_tills_answered', target: '≥ 0.99 of them' },
  { what: 'the same, payments at tills: p99', name: 'surge_tills_p99', target: '≤ 250 ms' },
  {
    what: 'ten minutes at half of what can be served: growth of inference',
    name: 'soak_inference_memory',
    target: '≤ 0.2 MiB a minute',
  },
  {
    what: 'the same, of the gateway',
    name: 'soak_gateway_memory',
    target: '≤ 0.2 MiB a minute',
  },
  {
    what: 'the same, of the consumer',
    name: 'soak_consumer_memory',
    target: '≤ 0.2 MiB a minute',
  },
  {
    what: 'the same, descriptors of the gateway',
    name: 'soak_gateway_descriptors',
    target: '≤ 0.05 a minute',
  },
];

/** Why a figure misses its target, for who reads it. Written by hand after looking; shown only while it misses. */
const REASONS: Readonly<Record<string, string>> = {
  score_fastapi_ratio:
    'half of the bare floor is what nobody can leave out: the kernel for two sockets and the thread of the model (28 %), and ONNX Runtime (23 %), together 172 of 334 µs (perf, 36 s at 499 Hz), while four times the rate of FastAPI beside it would leave 231 for everything: 59 for Node and JavaScript, which take 160. Inference shares lookups and runs among requests, and spends what that saves on features, counters and events.',
  soak_consumer_memory:
    'it is no leak: with a collection of garbage forced every quarter of a minute at the same rate, the heap is 20.4 MiB after one minute and 20.5 after three and a half, and resident memory stays at 109 (inspector). Left to itself, V8 lets a heap that may have 128 MiB grow before it collects all of it.',
};

/** Load average a core above which a benchmark was not alone. Its own processes make up about one and a half. */
const BUSY = 2;

const INTRODUCTION = `# Performance of serving

Made by \`node loadtests/bench/run.ts report\` from [results.json](../loadtests/bench/report/results.json), the last runs that
were kept; do not edit it. The machine of each run is named below. Ratios come from rounds in which both sides take turns,
seconds apart, and are medians of the ratios of each round, so that a busy machine meets both; in brackets, where that
median lies at a confidence of 90 % or more. Rates and latencies by themselves are of that machine in that hour.

\`\`\`sh
node loadtests/bench/run.ts score latency --keep   # a day's figures, kept
node loadtests/bench/run.ts report                 # this page and scaling.md
\`\`\`
`;

/** Whether the figure meets its target; `not told` where rounds differ too much, or where nobody could have met it. */
function verdict(results: Results, { name, floor }: Asked): string {
  const { value, target, met, range } = figure(results, name)!.row;
  if (met) return 'met';
  if (range && target >= range[0] && target <= range[1]) return 'not told: rounds differ too much';
  const bare = floor === undefined ? undefined : figure(results, floor)?.row.value;
  if (bare === undefined) return 'missed';
  // A value above its target that is missed was to be at most that.
  const misses = value > target ? bare > target : bare < target;
  return misses ? 'not told: the bare floor misses it' : 'missed';
}

const withRange = ({ value, range }: BenchRow): string =>
  range ? `${number(value)} (${number(range[0])} to ${number(range[1])})` : number(value);

export function performancePage(results: Results): string {
  const asked = ASKED.map((one) => {
    const found = figure(results, one.name);
    if (!found) return [one.what, one.target, 'not measured', ''];
    return [one.what, one.target, `${withRange(found.row)} ${found.row.unit}`, verdict(results, one)];
  });
  const missed = ASKED.filter((one) => figure(results, one.name) && verdict(results, one) === 'missed').map(
    ({ what, name }) => `- ${what}: ${REASONS[name] ?? 'nobody has looked into it yet.'}`,
  );
  const sections = Object.entries(results).map(
    ([bench, { date, machine, load = Number.NaN, cores = 1, rows }]) => {
      const lines = rows.map((row) => [row.name, withRange(row), row.unit, row.against]);
      const busy =
        load > BUSY * cores
          ? ' Others were at work: rates and latencies say little, ratios a little more.'
          : '';
      const seen = Number.isNaN(load) ? '' : `, load average ${load}`;
      const when = `${date}, ${machine}${seen}.${busy}`;
      return `## ${bench}\n\n${when}\n\n${table(['figure', 'value', 'unit', 'against'], lines)}\n`;
    },
  );
  return [
    INTRODUCTION,
    `## What was asked for\n\n${table(['what', 'target', 'measured', ''], asked)}\n`,
    ...(missed.length > 0 ? [`Why it is missed:\n\n${missed.join('\n')}\n`] : []),
    ...sections,
  ].join('\n');
}

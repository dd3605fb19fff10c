import { figure, number, table } from './markdown.ts';
import type { Results } from './results.ts';

/** What the design asks of serving, and the figure that answers. */
const ASKED: readonly { what: string; name: string; target: string }[] = [
  {
    what: '`/v1/score` at inference, 300 trees, everything on, against the bare floor',
    name: 'score_ratio',
    target: '≥ 0.65 of its rate',
  },
  {
    what: 'the same, requests a second of one process',
    name: 'score_rate',
    target: '≥ 15,000/s, aiming at 20,000',
  },
  { what: 'the same, p95 at that rate', name: 'score_p95', target: '≤ 42 ms, aiming at 10' },
  {
    what: 'the same, against bare FastAPI, onnxruntime and redis-py',
    name: 'score_fastapi_ratio',
    target: '≥ 4 times',
  },
  { what: '500 requests/s, 300 trees, p99', name: 'latency_500_p99', target: '≤ 5 ms' },
  { what: '1,000 requests/s, 500 trees, p99.9', name: 'latency_1000_p999', target: '≤ 10 ms' },
  { what: 'the same, time in the model, p99.9', name: 'latency_1000_model_p999', target: '≤ 2 ms' },
  { what: 'tracing at the default sampling', name: 'tracing_ratio', target: '≥ 0.99 of the rate without' },
];

/** Why a figure misses its target, for who reads it. Written by hand after looking; shown only while it misses. */
const REASONS: Readonly<Record<string, string>> = {};

/** Load average a core above which a benchmark was not alone. Its own processes make up about one and a half. */
const BUSY = 2;

const INTRODUCTION = `# Performance of serving

Made by \`node loadtests/bench/run.ts report\` from [results.json](../loadtests/bench/report/results.json), the last runs that
were kept; do not edit it. The machine of each run is named below. Ratios come from rounds in which both sides take turns,
seconds apart, and are medians of the ratios of each round, so that a busy machine meets both; rates and latencies by
themselves are of that machine in that hour.

\`\`\`sh
node loadtests/bench/run.ts score latency --keep   # a day's figures, kept
node loadtests/bench/run.ts report                 # this page and scaling.md
\`\`\`
`;

export function performancePage(results: Results): string {
  const asked = ASKED.map(({ what, name, target }) => {
    const found = figure(results, name);
    if (!found) return [what, target, 'not measured', ''];
    const { row } = found;
    return [what, target, `${number(row.value)} ${row.unit}`, row.met ? 'met' : 'missed'];
  });
  const missed = ASKED.flatMap(({ what, name }) => {
    const found = figure(results, name);
    return found && !found.row.met ? [`- ${what}: ${REASONS[name] ?? 'nobody has looked into it yet.'}`] : [];
  });
  const sections = Object.entries(results).map(([bench, { date, machine, load, cores, rows }]) => {
    const lines = rows.map((row) => [row.name, number(row.value), row.unit, row.against]);
    const busy =
      load > BUSY * cores
        ? ' Others were at work: rates and latencies say little, ratios a little more.'
        : '';
    const when = `${date}, ${machine}, load average ${load}.${busy}`;
    return `## ${bench}\n\n${when}\n\n${table(['figure', 'value', 'unit', 'against'], lines)}\n`;
  });
  return [
    INTRODUCTION,
    `## What was asked for\n\n${table(['what', 'target', 'measured', ''], asked)}\n`,
    ...(missed.length > 0 ? [`Why it is missed:\n\n${missed.join('\n')}\n`] : []),
    ...sections,
  ].join('\n');
}

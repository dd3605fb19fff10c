/**
 * Runs a k6 script of this repository without k6, at a reduced rate: the same requests, checks, thresholds and summary,
 * and k6's exit statuses.
 *
 *   node loadtests/builtin/run.ts <script>
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../../lib/kit/errors.ts';
import { Arrivals } from './arrivals.ts';
import { startMeasuring } from './current.ts';
import { loadScript } from './script.ts';
import { send } from './sender.ts';
import { judge } from './thresholds.ts';

/** One process of Node can send more, but would then measure itself. */
const MOST_PER_SECOND = 200;
/** k6's own. */
const STATUS = { done: 0, crossed: 99, interrupted: 105, failed: 107 } as const;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function main(file: string): Promise<number> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort());

  const script = await loadScript(resolve(file), process.env);
  const { scenarios, thresholds = {} } = script.options;
  const [first, ...others] = Object.entries(scenarios);
  if (!first || others.length > 0)
    throw new Error('the built-in run wants exactly one scenario; install k6 for it');
  const [name, scenario] = first;
  const arrivals = new Arrivals(scenario);
  const measures = startMeasuring(Object.keys(thresholds));
  const data = await script.setup?.();

  const begun = performance.now();
  await send({
    name,
    arrivals,
    perSecond: MOST_PER_SECOND,
    atATime: scenario.maxVUs ?? Number.POSITIVE_INFINITY,
    iterate: () => script.default(data),
    say,
    signal: ending.signal,
  });
  const metrics = measures.summary((performance.now() - begun) / 1000);
  const crossed = judge(metrics, thresholds);
  const files = script.handleSummary({ metrics, setup_data: data });
  for (const [path, text] of Object.entries(files)) {
    if (path === 'stdout') process.stdout.write(text);
    else writeFileSync(path, text);
  }
  if (ending.signal.aborted) return STATUS.interrupted;
  return crossed > 0 ? STATUS.crossed : STATUS.done;
}

try {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new Error('which script? node loadtests/builtin/run.ts <script>');
  process.exit(await main(file));
} catch (error) {
  say(messageOf(error));
  process.exit(STATUS.failed);
}

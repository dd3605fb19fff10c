import { writeFile } from 'node:fs/promises';
import { availableParallelism, freemem } from 'node:os';
import type { Command } from 'commander';
import { surveyCatalogue } from '../../engine/catalogue.ts';
import { whyNotOn } from '../../engine/contract/scenario.ts';
import { errors as drillErrors } from '../../engine/errors.ts';
import { errors } from '../../engine/gate/errors.ts';
import { junitOf } from '../../engine/gate/junit.ts';
import { bearable } from '../../engine/gate/lanes.ts';
import { planOf } from '../../engine/gate/plan.ts';
import { runGate } from '../../engine/gate/run.ts';
import { loadParts } from '../../engine/parts.ts';
import { readPlatformConfig } from '../../engine/platform/config.ts';
import { loadTarget, targetNames } from '../../engine/platform/targets.ts';
import { wholeNumber } from '../numbers.ts';
import { print } from '../output.ts';
import { EXIT } from '../program.ts';
import { renderGate, renderStep } from '../render/validate.ts';

/** Wall seconds after the page for which nobody does anything. */
const DO_NOTHING_SECONDS = 20;

interface Options {
  json?: boolean;
  all?: boolean;
  variants?: string;
  rotate: number;
  parallel?: number;
  repeat: number;
  doNothingSeconds: number;
  fullLength?: boolean;
  portBase?: number;
  target: string;
  junit?: string;
  keep?: boolean;
}

const whole = wholeNumber('a whole number');
const positive = wholeNumber('a whole number from 1', { from: 1 });

export default (program: Command): void => {
  program
    .command('validate')
    .argument('[incident]', 'slug or incident number; _template is one')
    .description(
      'the gate: plays incidents from page to restored on platforms of its own; exits 1 when one fails',
    )
    .option('--all', 'every incident')
    .option('--variants <which>', 'all (of one incident), one (of each with --all), or a name')
    .option('--rotate <number>', 'with one: so many places after the first', whole, 0)
    .option('--parallel <number>', 'platforms at a time; default: what cores and memory bear', positive)
    .option('--repeat <number>', 'how often each solution is played', positive, 1)
    .option(
      '--do-nothing-seconds <number>',
      'after the page, nobody does anything',
      whole,
      DO_NOTHING_SECONDS,
    )
    .option('--full-length', "nobody does anything for the drill's whole length")
    .option('--target <where>', `where its platforms run: ${targetNames().join(' or ')}`, 'local')
    .option('--port-base <number>', 'where to begin to look for free ports', positive)
    .option('--junit <file>', 'also write JUnit XML there')
    .option('--keep', "leave the platforms' folders behind")
    .action(validate);
};

async function validate(incident: string | undefined, options: Options): Promise<void> {
  if ((incident === undefined) !== (options.all === true)) throw errors.WHICH();
  const parts = await loadParts();
  const { entries, refused } = await surveyCatalogue(parts);
  const chosen = entries.filter(({ scenario, hidden }) =>
    incident === undefined ? !hidden : scenario.id === incident || String(scenario.number) === incident,
  );
  if (chosen.length === 0 && refused.length === 0) {
    const shown = entries.flatMap(({ scenario, hidden }) => (hidden ? [] : [scenario.id]));
    throw drillErrors.UNKNOWN_SCENARIO(incident ?? '', shown.join(', '));
  }
  const target = await loadTarget(options.target);
  const parallel = options.parallel ?? bearable(availableParallelism(), freemem(), target.cores);
  if (parallel > 1 && target.cores === Number.POSITIVE_INFINITY) throw errors.ONE_AT_A_TIME(options.target);
  await target.check(readPlatformConfig());
  const playable = chosen.filter(({ scenario }) => {
    const why = whyNotOn(scenario, options.target);
    // Of all of them those that are for this target; one that was named must be.
    if (why !== undefined && !options.all) throw drillErrors.NOT_HERE(scenario.id, options.target, why);
    return why === undefined;
  });
  const jobs = planOf(playable, options.variants ?? (options.all ? 'one' : 'all'), {
    rotate: options.rotate,
    target: options.target,
  });
  const ending = new AbortController();
  const interrupt = () => ending.abort(errors.INTERRUPTED());
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const begun = performance.now();
  const say = (line: string) => {
    if (!options.json) process.stdout.write(`${line}\n`);
  };
  const since = () => (performance.now() - begun) / 1000;
  const document = await runGate({
    jobs,
    refused,
    parts,
    parallel,
    repeat: options.repeat,
    target: options.target,
    doNothing: options.fullLength ? 'full' : options.doNothingSeconds,
    keep: options.keep === true,
    ...(options.portBase !== undefined && { portBase: options.portBase }),
    signal: ending.signal,
    say: (line) => say(`${since().toFixed(0).padStart(5)} s  ${line}`),
    tell: ({ entry, variant }, step) => say(renderStep(since(), `${entry.scenario.id}/${variant}`, step)),
  }).finally(() => {
    process.removeListener('SIGINT', interrupt);
    process.removeListener('SIGTERM', interrupt);
  });
  if (options.junit !== undefined) await writeFile(options.junit, junitOf(document));
  if (!document.passed) process.exitCode = EXIT.negative;
  print(options, document, () => `\n${renderGate(document)}`);
}

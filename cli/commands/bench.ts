import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ROOT } from '../../engine/platform/layout.ts';

interface Options {
  json?: boolean;
  quick?: boolean;
  keep?: boolean;
}

export default (program: Command): void => {
  program
    .command('bench')
    .description('the benchmarks in loadtests/bench beside their targets; exits 1 when one is missed')
    .argument(
      '[names...]',
      'only these; report: makes docs/performance.md and docs/scaling.md from what was kept',
    )
    .option('--quick', 'fewer and shorter rounds: shows that they run, not what the machine can do')
    .option('--keep', 'keeps the figures for the pages that report makes')
    .action((names: string[], options: Options) => {
      const flags = (['json', 'quick', 'keep'] as const)
        .filter((flag) => options[flag])
        .map((flag) => `--${flag}`);
      const run = [join(ROOT, 'loadtests', 'bench', 'run.ts'), ...names, ...flags];
      // A process of its own: what the command line has loaded must not weigh on what is measured.
      process.exitCode = spawnSync(process.execPath, run, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
    });
};

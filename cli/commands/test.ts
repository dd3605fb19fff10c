import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ROOT } from '../../engine/platform/layout.ts';
import { print } from '../output.ts';
import { EXIT } from '../program.ts';

/** Left out by --quick: what starts whole platforms or compares with other programs. */
const SLOW = ['integration', 'conformance', 'e2e'];

/** Of vitest.config.ts, in the order in which they run. */
const PROJECTS = ['rooms', 'e2e'];

interface Options {
  json?: boolean;
  quick?: boolean;
}

/** What vitest's JSON reporter says of a whole run. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
}

export default (program: Command): void => {
  program
    .command('test')
    .description("the project's own checks: format and lint, types, tests; exits 1 when one fails")
    .argument('[paths...]', 'only tests whose path contains one of these')
    .option('--quick', `without tests/${SLOW.join(', tests/')}`)
    .action((paths: string[], options: Options) => {
      const bin = join(ROOT, 'node_modules');
      const folder = mkdtempSync(join(tmpdir(), 'firedrill-test-'));
      const reportOf = (project: string) => join(folder, `${project}.json`);
      const vitest = (project: string) => [
        join(bin, 'vitest', 'vitest.mjs'),
        'run',
        ...paths,
        `--project=${project}`,
        '--passWithNoTests',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportOf(project)}`,
        ...(options.quick ? SLOW.map((name) => `--exclude=tests/${name}/**`) : []),
      ];
      const checks: [name: string, command: string, args: string[]][] = [
        ['lint', join(bin, '.bin', 'biome'), ['check']],
        ['types', join(bin, '.bin', 'tsc'), []],
        // One after the other: a whole platform needs both cores for itself.
        ...PROJECTS.map((name): [string, string, string[]] => [name, process.execPath, vitest(name)]),
      ];
      const results = checks.map(([name, command, args]) => {
        if (!options.json) process.stdout.write(`${name} ...\n`);
        const stdio = options.json ? ('pipe' as const) : ('inherit' as const);
        const { status } = spawnSync(command, args, { cwd: ROOT, stdio });
        return { check: name, passed: status === 0 };
      });
      const tests = sumOf(PROJECTS.map((name) => countsOf(reportOf(name))));
      rmSync(folder, { recursive: true, force: true });
      const failed = results.filter(({ passed }) => !passed).map(({ check }) => check);
      print(options, { passed: failed.length === 0, results, tests }, () =>
        [
          failed.length === 0 ? 'everything passes' : `failed: ${failed.join(', ')}`,
          `${tests.passed} passed, ${tests.failed} failed, ${tests.skipped} skipped`,
        ].join('\n'),
      );
      if (failed.length > 0) process.exitCode = EXIT.negative;
    });
};

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Nothing counted when vitest did not get as far as a report: then its check has failed. */
function countsOf(file: string): Counts {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
}

const sumOf = (all: readonly Counts[]): Counts => ({
  passed: all.reduce((sum, { passed }) => sum + passed, 0),
  failed: all.reduce((sum, { failed }) => sum + failed, 0),
  skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { readPlatformConfig } from '../../engine/platform/config.ts';
import { layoutOf } from '../../engine/platform/layout.ts';
import { type PortName, portOf } from '../../lib/contract/ports.ts';
import { findProfile, loadProfiles } from '../load/profiles.ts';
import { checkReady } from '../load/ready.ts';
import { runProfile } from '../load/run.ts';
import { chooseRunner } from '../load/runners.ts';
import { figuresOf } from '../load/summary.ts';
import { address, seconds, wholeNumber } from '../numbers.ts';
import { print, table } from '../output.ts';
import { EXIT } from '../program.ts';
import { type LoadReport, renderLoad } from '../render/load.ts';

interface Options {
  json?: boolean;
  rate?: number;
  duration?: number;
  targetUrl?: string;
  worldUrl?: string;
  out?: string;
  builtIn?: boolean;
}

export default (program: Command): void => {
  program
    .command('load')
    .argument('[profile]', 'which; without one they are listed')
    .description('load from loadtests/, with k6 where there is one; exits 1 when a threshold is crossed')
    .option(
      '--rate <number>',
      'requests a second where the profile is at its normal',
      wholeNumber('a whole number of requests a second, 1 to 10000,', { from: 1, to: 10_000 }),
    )
    .option('--duration <time>', 'of the whole run: 30s, 2m', seconds)
    .option('--target-url <url>', 'a gateway; default: this platform’s', address)
    .option('--world-url <url>', 'where payments to send are asked for; default: this platform’s', address)
    .option('--out <file>', 'where the report goes as JSON; default: a new file below DRILL_HOME')
    .option('--built-in', 'without k6: the reduced run of our own')
    .action(load);
};

async function load(name: string | undefined, options: Options): Promise<void> {
  if (name === undefined) return list(options);
  const profile = findProfile(name);
  const { DRILL_HOME, DRILL_PORT_BASE: portBase } = readPlatformConfig();
  const layout = layoutOf(DRILL_HOME);
  const url = (part: PortName) => `http://127.0.0.1:${portOf(part, portBase)}`;
  const target = options.targetUrl ?? url('gateway');
  const world = options.worldUrl ?? url('world');
  const runner = chooseRunner({ builtIn: options.builtIn });
  await checkReady(target, world);
  if (runner.name === 'built-in' && !options.builtIn) process.stderr.write(WITHOUT_K6);

  const startedAt = new Date();
  const folder = mkdtempSync(join(tmpdir(), 'firedrill-load-'));
  const file = resolve(
    options.out ?? join(layout.home, 'load', `${profile.name}-${stampOf(startedAt)}.json`),
  );
  try {
    const { summary, interrupted } = await runProfile(runner, profile, {
      DRILL_PORT_BASE: String(portBase),
      GATEWAY_URL: target,
      WORLD_URL: world,
      A_URL: process.env.A_URL || url('inference-eu'),
      B_URL: process.env.B_URL || url('inference-us'),
      SUMMARY_FILE: join(folder, 'summary.json'),
      ...(options.rate !== undefined && { RATE: String(options.rate) }),
      ...(options.duration !== undefined && { DURATION: String(options.duration) }),
    });
    const report: LoadReport = {
      profile: profile.name,
      runner: runner.name,
      version: runner.version,
      started_at: startedAt.toISOString(),
      interrupted,
      ...figuresOf(summary),
      file,
      metrics: summary.metrics,
    };
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    print(options, report, () => renderLoad(report));
    if (interrupted || report.crossed > 0) process.exitCode = EXIT.negative;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const WITHOUT_K6 =
  'there is no k6 and no Docker: a reduced run of our own, of one process and at most 200 requests a second ' +
  '(https://grafana.com/docs/k6/latest/set-up/install-k6)\n';

function list(options: Options): void {
  const profiles = loadProfiles();
  print(options, { profiles }, () =>
    table(
      ['profile', 'is for'],
      profiles.map(({ name, description }) => [name, description]),
    ),
  );
}

/** `20250303-121530`, as part of a file's name. */
const stampOf = (at: Date): string => at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');

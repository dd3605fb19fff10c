import { join } from 'node:path';
import type { Command } from 'commander';
import { readPlatformConfig } from '../../engine/platform/config.ts';
import { type Layout, layoutOf, makeFolders } from '../../engine/platform/layout.ts';
import { runningEngine } from '../../engine/platform/lock.ts';
import { type ProgressLine, readProgress } from '../../engine/platform/progress.ts';
import { loadTarget, targetNames, targetOf } from '../../engine/platform/targets.ts';
import { identify } from '../../engine/targets/local/identity.ts';
import { waitFor } from '../../lib/kit/wait.ts';
import { connectEngine } from '../client.ts';
import { spawnEngine } from '../daemon.ts';
import { errors } from '../errors.ts';
import { duration, print } from '../output.ts';
import type { PlatformView } from '../views.ts';

const DEADLINE_MS = 600_000;

interface Options {
  json?: boolean;
  target?: string;
}

export default (program: Command): void => {
  program
    .command('up')
    .description('start the platform and wait until it is healthy; changes nothing when it is')
    .option(
      '--target <where>',
      `${targetNames().join(' or ')}; default: where it was last, at first local (DRILL_TARGET)`,
    )
    .action(async (options: Options) => {
      const config = readPlatformConfig();
      const layout = layoutOf(config.DRILL_HOME);
      makeFolders(layout);
      const target = targetOf(layout, options.target ?? config.DRILL_TARGET);
      const kind = await loadTarget(target);
      const engine = await runningEngine(layout);
      if (engine && readProgress(layout, engine.pid).some(({ event }) => event === 'up')) {
        await tell(options, layout, 'is up already; nothing changed');
        return;
      }
      if (!engine) await kind.check(config);
      const pid = engine?.pid ?? spawnEngine(layout, target);
      const up = await follow(layout, pid, (line) => {
        if (!options.json) process.stdout.write(line);
      });
      await tell(options, layout, `is up after ${duration(up.ms)}`);
    });
};

/** Shows every step as it is done, until the engine says up or failed, or is gone. */
async function follow(
  layout: Layout,
  pid: number | undefined,
  show: (line: string) => void,
): Promise<Extract<ProgressLine, { event: 'up' }>> {
  let seen = 0;
  const last = await waitFor(
    'the platform to come up',
    async () => {
      const lives = pid !== undefined && (await identify(pid)) !== undefined;
      const lines = pid === undefined ? [] : readProgress(layout, pid);
      for (const line of lines.slice(seen)) show(render(line));
      seen = lines.length;
      const end = lines.find(({ event }) => event === 'up' || event === 'failed');
      if (end === undefined && !lives) throw errors.ENGINE_GONE(join(layout.logs, 'engine.log'));
      return end;
    },
    { deadlineMs: DEADLINE_MS, everyMs: 50 },
  );
  if (last.event === 'failed') throw errors.START_FAILED(last.message);
  return last as Extract<ProgressLine, { event: 'up' }>;
}

function render(line: ProgressLine): string {
  if (line.event === 'done') return `  ready  ${line.title}  ${duration(line.ms)}\n`;
  // Only what is not named like its process takes long enough to be announced.
  if (line.event === 'begun' && line.title !== line.step) return `  ...    ${line.title}\n`;
  return '';
}

async function tell(options: Options, layout: Layout, what: string): Promise<void> {
  const view = await (await connectEngine(layout)).get<PlatformView>('/v1/platform');
  print(options, view, () =>
    [
      `The platform ${what}.`,
      ...Object.entries(view.urls).map(([name, url]) => `  ${name.padEnd(13)} ${url}`),
      'Next: ./drill status, ./drill list',
    ].join('\n'),
  );
}

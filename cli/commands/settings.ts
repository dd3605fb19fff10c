import type { Command } from 'commander';
import type { Revision } from '../../engine/targets/target.ts';
import { connectEngine } from '../client.ts';
import { errors } from '../errors.ts';
import { print, table } from '../output.ts';
import { parsePairs } from '../pairs.ts';

interface Options {
  json?: boolean;
}

const pathOf = (workload: string): string => `/v1/workloads/${encodeURIComponent(workload)}/settings`;

export default (program: Command): void => {
  const settings = program.command('settings').description('what may change while a service runs');

  settings
    .command('get')
    .description('the settings of a service, or one of them')
    .argument('<workload>')
    .argument('[name]')
    .action(async (workload: string, name: string | undefined, options: Options) => {
      const { settings } = await (await connectEngine()).get<{ settings: Record<string, unknown> }>(
        pathOf(workload),
      );
      if (name !== undefined && !(name in settings)) {
        throw errors.NO_SETTING(workload, name, Object.keys(settings));
      }
      const shown = name === undefined ? settings : { [name]: settings[name] };
      print(options, shown, () =>
        table(
          ['setting', 'value'],
          Object.entries(shown).map(([key, value]) => [key, JSON.stringify(value)]),
        ),
      );
    });

  settings
    .command('set')
    .description('change settings at once on every replica, and for later starts')
    .argument('<workload>')
    .argument('<name=value...>', 'values are JSON; what is not JSON is text')
    .option('--reason <text>', 'for the history')
    .action(async (workload: string, pairs: string[], options: Options & { reason?: string }) => {
      const change = parsePairs(pairs);
      const revision = await (await connectEngine()).send<Revision>('PATCH', pathOf(workload), {
        settings: change,
        ...(options.reason !== undefined && { reason: options.reason }),
      });
      print(options, revision, () => `${workload}: ${pairs.join(', ')} (revision ${revision.revision})`);
    });
};

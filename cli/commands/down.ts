import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { defaultHome, layoutOf, purge } from '../../engine/platform/layout.ts';
import { shutDown } from '../../engine/platform/shut-down.ts';
import { print } from '../output.ts';

export default (program: Command): void => {
  program
    .command('down')
    .description('stop the platform; its data stays and business time stands still')
    .option(
      '--purge',
      'also forget all data: history, models, event log, snapshots, secrets; not ~/.cache/firedrill',
    )
    .action(async (options: { json?: boolean; purge?: boolean }) => {
      const layout = layoutOf(defaultHome());
      const stopped = existsSync(layout.run) && (await shutDown(layout, { purge: options.purge === true }));
      if (options.purge) purge(layout);
      const purged = options.purge === true;
      print(options, { stopped, purged }, () =>
        [
          stopped ? 'The platform is down.' : 'The platform was not running.',
          ...(purged ? ['Its data is gone.'] : []),
        ].join(' '),
      );
    });
};

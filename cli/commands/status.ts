import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';
import { EXIT } from '../program.ts';
import { renderStatus, type Status } from '../render/status.ts';

export default (program: Command): void => {
  program
    .command('status')
    .description(
      'health, traffic, alerts, freshness, quality on matured labels, running drill; exits 1 when unhealthy',
    )
    .action(async (options: { json?: boolean }) => {
      const status = await (await connectEngine()).get<Status>('/v1/status');
      print(options, status, () => renderStatus(status));
      if (!status.healthy) process.exitCode = EXIT.negative;
    });
};

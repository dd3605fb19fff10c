import type { Command } from 'commander';
import type { SessionView } from '../../engine/session/view.ts';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';

export default (program: Command): void => {
  program
    .command('stop')
    .description('end the incident and restore the platform')
    .action(async (options: { json?: boolean }) => {
      const view = await (await connectEngine()).send<SessionView>('DELETE', '/v1/drill');
      print(options, view, () => 'The platform is restored. ./drill report tells the story.');
    });
};

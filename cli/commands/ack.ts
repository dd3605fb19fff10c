import type { Command } from 'commander';
import type { SessionView } from '../../engine/session/view.ts';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';

export default (program: Command): void => {
  program
    .command('ack')
    .description('take the page: somebody is looking at it')
    .action(async (options: { json?: boolean }) => {
      const view = await (await connectEngine()).send<SessionView>('POST', '/v1/drill/acknowledge');
      print(options, view, () => `The page is yours. ${view.minutes_left} minutes left.`);
    });
};

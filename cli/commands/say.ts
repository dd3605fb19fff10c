import type { Command } from 'commander';
import type { SessionView } from '../../engine/session/view.ts';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';

interface Options {
  json?: boolean;
  impact?: string;
  action?: string;
  next?: string;
  eta?: string;
}

export default (program: Command): void => {
  program
    .command('say')
    .argument('<text>', 'the status update')
    .option('--impact <text>', 'what it means for customers')
    .option('--action <text>', 'what is being done')
    .option('--next <text>', 'what comes next, and when you report again')
    .option('--eta <text>', 'when it will be over')
    .description('a status update for everybody who waits')
    .action(async (text: string, { json, impact, action, next, eta }: Options) => {
      const update = { text, impact, action, next, eta };
      const view = await (await connectEngine()).send<SessionView>('POST', '/v1/drill/updates', update);
      print({ ...(json && { json }) }, view, () => `Said. ${view.updates.length} updates so far.`);
    });
};

import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';

export default (program: Command): void => {
  program
    .command('hint')
    .description('the next hint; each has its price')
    .action(async (options: { json?: boolean }) => {
      const hint = await (await connectEngine()).send<{ text: string; cost: number }>(
        'POST',
        '/v1/drill/hints',
      );
      print(options, hint, () => `${hint.text}\n(-${hint.cost} points)`);
    });
};

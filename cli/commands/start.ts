import type { Command } from 'commander';
import type { SessionView } from '../../engine/session/view.ts';
import { connectEngine } from '../client.ts';
import { follow, isSettled, progress } from '../incident.ts';
import { print } from '../output.ts';
import { EXIT } from '../program.ts';

export default (program: Command): void => {
  program
    .command('start')
    .argument('<incident>', 'slug or incident number')
    .option('--variant <name>', 'a certain variant; for authors')
    .description('checks that the bank is healthy, breaks it, waits for the page')
    .action(async (scenario: string, options: { json?: boolean; variant?: string }) => {
      const engine = await connectEngine();
      const { variant } = options;
      await engine.send<SessionView>('POST', '/v1/drill', {
        scenario,
        ...(variant !== undefined && { variant }),
      });
      const view = await follow(engine, isSettled, progress(options));
      if (view.phase !== 'open') process.exitCode = EXIT.negative;
      print(options, view, () =>
        view.phase === 'open'
          ? `You are on call. ./drill brief ${view.incident} tells what is known, ./drill ack takes the page.`
          : `Nothing was broken. ${view.problem}`,
      );
    });
};

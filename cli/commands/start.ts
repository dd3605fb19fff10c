import type { Command } from 'commander';
import type { SessionView } from '../../engine/session/view.ts';
import { connectEngine } from '../client.ts';
import { follow, isSettled, progress } from '../incident.ts';
import { wholeNumber } from '../numbers.ts';
import { print } from '../output.ts';
import { EXIT } from '../program.ts';

interface Options {
  json?: boolean;
  variant?: string;
  seed?: number;
  blind?: boolean;
}

const seedOf = wholeNumber('a number from 0 to 999999', { to: 999_999 });

export default (program: Command): void => {
  program
    .command('start')
    .argument('<incident>', 'slug or incident number')
    .option('--variant <name>', 'a certain variant; for authors')
    .option('--blind', 'one of the variants, drawn and sealed; the report tells which')
    .option('--seed <number>', 'the variant that a report named by this number', seedOf)
    .description('checks that the bank is healthy, breaks it, waits for the page')
    .action(async (scenario: string, options: Options) => {
      const engine = await connectEngine();
      const { variant, seed, blind } = options;
      await engine.send<SessionView>('POST', '/v1/drill', {
        scenario,
        ...(variant !== undefined && { variant }),
        ...(seed !== undefined && { seed }),
        ...(blind && { blind }),
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

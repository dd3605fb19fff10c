import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { follow, progress } from '../incident.ts';
import { wholeNumber } from '../numbers.ts';
import { print } from '../output.ts';
import { EXIT } from '../program.ts';
import { renderGrade, renderVerdict } from '../render/grade.ts';

export default (program: Command): void => {
  program
    .command('check')
    .description('has the bank recovered? waits for the window it has to hold; exits 1 when it has not')
    .option(
      '--within <seconds>',
      'what a cure that is catching up gets to begin to hold',
      wholeNumber('a number of seconds from 0 to 20', { to: 20 }),
      20,
    )
    .action(async (options: { json?: boolean; within: number }) => {
      const engine = await connectEngine();
      await engine.send('POST', `/v1/drill/checks?within_seconds=${options.within}`);
      const view = await follow(
        engine,
        ({ checking, phase }) => !checking || phase !== 'open',
        progress(options),
      );
      if (view.verdict?.outcome !== 'pass') process.exitCode = EXIT.negative;
      print(options, view, () =>
        view.grade ? renderGrade(view.grade) : view.verdict ? renderVerdict(view.verdict) : 'no verdict',
      );
    });
};

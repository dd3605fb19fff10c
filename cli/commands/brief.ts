import type { Command } from 'commander';
import { print } from '../output.ts';
import { briefOf, findScenario } from '../scenarios.ts';

export default (program: Command): void => {
  program
    .command('brief')
    .argument('<incident>', 'slug or incident number')
    .description('what is known at the start of an incident')
    .action(async (name: string, options: { json?: boolean }) => {
      const entry = await findScenario(name);
      const brief = await briefOf(entry);
      print(options, { incident: entry.scenario.number, title: entry.scenario.title, brief }, () =>
        brief.trimEnd(),
      );
    });
};

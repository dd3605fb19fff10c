import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print, table } from '../output.ts';
import { EXIT } from '../program.ts';
import type { ParityView } from '../views.ts';

export default (program: Command): void => {
  program
    .command('parity')
    .description('do the online and the offline path give the same features? exits 1 when they do not')
    .option('--entities <n>', 'how many to compare', '100')
    .action(async (options: { json?: boolean; entities: string }) => {
      const report = await (await connectEngine()).get<ParityView>(
        `/v1/parity?entities=${encodeURIComponent(options.entities)}`,
      );
      const different = report.features.filter(({ ratio }) => ratio > 0);
      print(options, report, () =>
        different.length === 0
          ? `the same on both paths: ${report.features.length} features of ${options.entities} entities`
          : table(
              ['feature', 'differs in'],
              different.map(({ name, ratio }) => [name, `${(ratio * 100).toFixed(1)} %`]),
            ),
      );
      if (different.length > 0) process.exitCode = EXIT.negative;
    });
};

import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print } from '../output.ts';
import { type DriftView, renderDrift } from '../render/drift.ts';

interface Options {
  json?: boolean;
  model?: string;
  version?: string;
  region?: string;
  channel?: string;
  window?: string;
  by?: string;
}

export default (program: Command): void => {
  const drift = program.command('drift').description('is the world still the one the model learnt from?');
  drift
    .command('report')
    .description('every feature against training, worst first; --by channel shows whose it is')
    .option('--model <name>', 'only this model')
    .option('--version <version>', 'only this version')
    .option('--region <region>', 'only transactions of this region')
    .option('--channel <channel>', 'only transactions of this channel')
    .option('--window <window>', 'day: the last 24 business hours; recent: the last 6', 'day')
    .option('--by <cut>', 'one column for each channel or region')
    .action(async ({ json, ...options }: Options) => {
      const query = new URLSearchParams(
        Object.entries(options).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as [string, string]],
        ),
      );
      const report = await (await connectEngine()).get<DriftView>(`/v1/drift?${query}`);
      print({ json }, report, () => renderDrift(report, options.by !== undefined));
    });
};

import type { Command } from 'commander';
import { connectEngine } from '../client.ts';
import { print, table } from '../output.ts';
import { EXIT } from '../program.ts';
import type { ParityExample, ParityView } from '../views.ts';

export default (program: Command): void => {
  program
    .command('parity')
    .description('do the online and the offline path give the same features? exits 1 when they do not')
    .option('--entities <n>', 'how many to compare', '100')
    .action(async (options: { json?: boolean; entities: string }) => {
      const report = await (await connectEngine()).get<ParityView>(
        `/v1/parity?entities=${encodeURIComponent(options.entities)}`,
      );
      const different = differences(report);
      print(options, report, () => (different.length === 0 ? agreement(report) : shown(report, different)));
      if (different.length > 0) process.exitCode = EXIT.negative;
    });
};

/** Features that differ anywhere, with the share in each place. */
function differences({ features, served }: ParityView) {
  return features
    .map(({ name, ratio }, i) => ({ name, stored: ratio, served: served.features[i]?.ratio ?? 0 }))
    .filter((one) => one.stored > 0 || one.served > 0);
}

const agreement = ({ features, entities, served }: ParityView): string =>
  `the same on both paths: ${features.length} features, as stored for ${entities} cards and as served to ${served.entities} requests`;

function shown(report: ParityView, different: ReturnType<typeof differences>): string {
  const share = (ratio: number) => `${(ratio * 100).toFixed(1)} %`;
  const ratios = table(
    ['feature', `as stored (${report.entities} cards)`, `as served (${report.served.entities} requests)`],
    different.map((one) => [one.name, share(one.stored), share(one.served)]),
  );
  const examples = table(
    ['for example', 'card', 'transaction', 'region', 'online', 'offline'],
    [...report.examples, ...report.served.examples].map((one) => [
      one.feature,
      one.card_id,
      one.transaction_id ?? '-',
      one.region ?? '-',
      figure(one, 'online'),
      figure(one, 'offline'),
    ]),
  );
  return `${ratios}\n\n${examples}`;
}

const figure = (example: ParityExample, path: 'online' | 'offline'): string =>
  String(example[path] ?? 'none');

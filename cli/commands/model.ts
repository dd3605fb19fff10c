import type { Command } from 'commander';
import type { ModelVersion } from '../../lib/contract/registry.ts';
import { connectEngine } from '../client.ts';
import { print, table } from '../output.ts';

interface Options {
  json?: boolean;
  model: string;
  reason?: string;
}

export default (program: Command): void => {
  const model = program.command('model').description('versions of a model, and which one is champion');
  const named = (name: string, description: string) =>
    model.command(name).description(description).option('--model <name>', 'which model', 'fraud');

  named('list', 'every version, and where it serves').action(async (options: Options) => {
    const answer = await (await connectEngine()).get<{ versions: ModelVersion[] }>(
      `/v1/models/${encodeURIComponent(options.model)}`,
    );
    print(options, answer, () =>
      table(
        ['version', 'aliases', 'auc', 'trained to', 'digest'],
        answer.versions.map(({ version, aliases, manifest }) => [
          String(version),
          aliases.join(', ') || '-',
          manifest.metrics.overall?.auc.toFixed(4) ?? '-',
          manifest.dataset.to,
          manifest.digest.slice(0, 19),
        ]),
      ),
    );
  });

  const makeChampion = async (options: Options, version?: string) => {
    const after = await (await connectEngine()).send<ModelVersion>(
      'PUT',
      `/v1/models/${encodeURIComponent(options.model)}/champion`,
      { ...(version !== undefined && { version }), ...(options.reason && { reason: options.reason }) },
    );
    print(options, after, () => `${options.model} version ${after.version} is champion`);
  };

  named('promote', 'make a version the champion; every region loads it within seconds')
    .argument('<version>')
    .option('--reason <text>', 'for the audit trail')
    .action((version: string, options: Options) => makeChampion(options, version));

  named('rollback', 'make the champion before the champion again')
    .option('--reason <text>', 'for the audit trail')
    .action((options: Options) => makeChampion(options));
};
